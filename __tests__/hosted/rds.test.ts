import { describeService } from './describe-service.ts'
import { services } from './services.ts'

describeService(services.rdsMaster)
describeService(services.rdsApplication)
