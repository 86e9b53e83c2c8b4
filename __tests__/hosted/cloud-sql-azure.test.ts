import { describeService } from './describe-service.ts'
import { services } from './services.ts'

/** PGB_FULL_MATRIX asks for every way; without it each way is tried with two services or more. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined

describeService(services.cloudSql, isFull ? {} : { ways: ['roles'] })
describeService(services.azure, isFull ? {} : { ways: ['plain'] })
