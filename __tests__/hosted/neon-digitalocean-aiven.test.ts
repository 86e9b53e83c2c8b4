import { describeService } from './describe-service.ts'
import { services } from './services.ts'

describeService(services.neon)
describeService(services.digitalOcean)
describeService(services.aiven)
