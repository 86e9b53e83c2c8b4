import { runAction } from '../actions.ts'

await runAction('check')
