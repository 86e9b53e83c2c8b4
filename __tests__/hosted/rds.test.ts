import { describeService } from './describe-service.ts'
import { services } from './services.ts'

/** PGB_FULL_MATRIX asks for every way; without it each way is tried with two services or more. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined

describeService(services.rdsMaster, isFull ? {} : { ways: ['all'] })
describeService(services.rdsApplication, isFull ? {} : { ways: ['fresh', 'other'] })
