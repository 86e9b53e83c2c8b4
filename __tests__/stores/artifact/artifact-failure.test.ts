import { describe, expect, it } from '@jest/globals'
import {
  explainDownloadFailure,
  explainTransferFailure,
} from '../../../src/stores/artifact/artifact-failure.ts'

function rest(statusCode: number | undefined, message: string, code?: string): Error {
  return Object.assign(new Error(message), { name: 'RestError', statusCode, code })
}

describe('explainTransferFailure', () => {
  it.each<[Error, boolean, boolean]>([
    // error, transient, name may be taken
    [new Error('Failed to CreateArtifact: Unable to make request: ECONNRESET\nIf you are using'), true, true],
    [new Error('Failed to CreateArtifact: Unable to make request: ECONNREFUSED\nIf you are'), true, false],
    [new Error('Failed to CreateArtifact: Unable to make request: ENOTFOUND'), true, false],
    [new Error('Received non-retryable error: Failed request: (409) Conflict: taken'), true, true],
    [new Error('Received non-retryable error: Failed request: (403) Forbidden'), false, true],
    [new Error('Failed to make request after 5 attempts: Failed request: (500) Internal'), true, true],
    [new Error('Failed to make request after 5 attempts: Request timeout: /twirp'), true, true],
    [new Error('Failed to make request after 5 attempts: Unexpected token <'), false, true],
    [new Error('Upload progress stalled.'), true, true],
    [new Error('FinalizeArtifact: response from backend was not ok'), true, true],
    [new Error('Artifact storage quota has been hit. Unable to upload'), false, true],
    [new Error('The artifact name is not valid: a:b.'), false, true],
    [new Error('something nobody knows'), false, true],
    [rest(502, 'bad gateway'), true, true],
    [rest(429, 'slow down'), true, true],
    [rest(404, 'no container'), false, true],
    [rest(undefined, 'read ECONNRESET', 'REQUEST_SEND_ERROR'), true, true],
    [new Error('Unexpected HTTP response from blob storage: 503 Busy'), true, true],
    [Object.assign(new Error('Not Found'), { status: 404 }), false, true],
  ])('%s: transient %p, name taken %p', (error, transient, nameMayBeTaken) => {
    expect(explainTransferFailure(error)).toMatchObject({ transient, nameMayBeTaken })
  })

  it('tells the first line only, without the query of a URL and without a stop', () => {
    const error = new Error('no answer from https://blob.example/x?sig=s3cret&se=1 today.\nsecond line')
    expect(explainTransferFailure(error).why).toBe('no answer from https://blob.example/x today')
  })

  it('adds the status and falls back to the code', () => {
    expect(explainTransferFailure(rest(502, 'bad gateway')).why).toBe('bad gateway (HTTP status 502)')
    expect(explainTransferFailure(rest(undefined, '', 'ECONNRESET')).why).toBe('ECONNRESET')
  })

  it('takes what is no error', () => {
    expect(explainTransferFailure('text').why).toBe('text')
  })
})

it.each([
  'Unable to get the ACTIONS_RESULTS_URL env variable',
  '@actions/artifact v2.0.0+ and upload-artifact@v4+ are not currently supported on GHES.',
])('whoever downloads is told of inputs that he has: %s', (message) => {
  const [upload, download] = [explainTransferFailure, explainDownloadFailure].map((explain) =>
    explain(new Error(message)),
  )
  expect(upload?.whatToDo).toMatch(/`upload: false`/)
  expect(download).toEqual({ ...upload, whatToDo: expect.stringMatching(/^(?!.*upload: false).*`path`$/) })
})
