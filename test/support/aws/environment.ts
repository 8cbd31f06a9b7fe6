import { afterAll, beforeAll } from 'vitest'

/** What the unmodified AWS clients find in the environment: credentials that open nothing, and one endpoint for all services. */
export const toAwsEnvironment = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  // No file of the user that runs the tests is read.
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
})

/** Puts it into the environment of this test file, and takes it out again. */
export function useAwsEnvironment(endpoint: () => string): void {
  const before = { ...process.env }
  beforeAll(() => {
    Object.assign(process.env, toAwsEnvironment(endpoint()))
  })
  afterAll(() => {
    process.env = before
  })
}
