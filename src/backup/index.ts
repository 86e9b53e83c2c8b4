import { runStory } from '../run.ts'
import { backUp } from './main.ts'

await runStory(backUp)
