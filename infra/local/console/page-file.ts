/** One file of the page, as it is sent. */
export interface PageFile {
  /** Content type. */
  readonly type: string
  readonly body: Buffer
}

/** By the path that the browser asks for. */
export type PageFiles = ReadonlyMap<string, PageFile>
