import { describeService } from './describe-service.ts'
import { services } from './services.ts'

describeService(services.heroku, { formats: ['plain', 'custom'] })
