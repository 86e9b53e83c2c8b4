import { describeService } from './describe-service.ts'
import { services } from './services.ts'

/** PGB_FULL_MATRIX asks for every way; without it each way is tried with two services or more. */
const isFull = process.env['PGB_FULL_MATRIX'] !== undefined

// A fresh instance has names of its own, which the file of a whole server does not know either.
describeService(
  services.heroku,
  isFull ? { formats: ['plain', 'custom'] } : { formats: ['custom'], ways: ['fresh', 'all'] },
)
