import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { createLimiter } from '../../src/process/limiter.ts'

describe('createLimiter', () => {
  it.each([1, 2, 5])('runs %i at once, in their order, and never more', async (limit) => {
    const limiter = createLimiter(limit)
    const order: number[] = []
    let [running, most] = [0, 0]
    const task = (index: number) => async () => {
      order.push(index)
      running += 1
      most = Math.max(most, running)
      await turn()
      running -= 1
      return index * 2
    }
    const indices = [...Array(12).keys()]
    const results = await Promise.all(indices.map((index) => limiter(task(index))))
    expect(results).toEqual(indices.map((index) => index * 2))
    expect(order).toEqual(indices)
    expect(most).toBe(limit)
  })

  it('gives a place back when a task fails', async () => {
    const limiter = createLimiter(1)
    const failed = limiter(() => Promise.reject(new Error('no')))
    const next = limiter(() => Promise.resolve('yes'))
    await expect(failed).rejects.toThrow('no')
    await expect(next).resolves.toBe('yes')
    await expect(limiter(() => Promise.resolve('again'))).resolves.toBe('again')
  })
})
