import type { ArtifactClient, UploadArtifactOptions, UploadArtifactResponse } from '@actions/artifact'

/** The part of GitHub's artifact client that this action uses. */
export type { ArtifactClient, UploadArtifactOptions, UploadArtifactResponse }

/** Loads GitHub's artifact client on first use, because it doubles the start-up time of the action. */
export async function loadArtifactClient(): Promise<ArtifactClient> {
  const { DefaultArtifactClient } = await import('@actions/artifact')
  return new DefaultArtifactClient()
}
