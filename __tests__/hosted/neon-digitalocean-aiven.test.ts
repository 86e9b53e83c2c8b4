import { describeService } from './describe-service.ts'
import { services } from './services.ts'

/** PGB_FULL_MATRIX asks for every way; without it each way is tried with two services or more. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined

// Neon's user alone may read the passwords of roles.
describeService(services.neon, isFull ? {} : { ways: ['roles', 'verification'] })
describeService(services.digitalOcean, isFull ? {} : { ways: ['other'] })
describeService(services.aiven, isFull ? {} : { ways: ['plain'] })
