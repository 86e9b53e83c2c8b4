import { describeService } from './describe-service.ts'
import { services } from './services.ts'

/** PGB_FULL_MATRIX asks for every way; without it each way is tried with two services or more. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined

// A fresh project takes the rows of the service's own tables, which one in use keeps.
describeService(services.supabase, isFull ? {} : { ways: ['fresh', 'plain', 'verification'] })
