import { describeService } from './describe-service.ts'
import { services } from './services.ts'

describeService(services.cloudSql)
describeService(services.azure)
