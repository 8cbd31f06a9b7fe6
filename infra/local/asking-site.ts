import type { IncomingHttpHeaders } from 'node:http'

/**
 * What a browser says of the page that asks a server of the loopback, so that no other site's page, nor one of another port,
 * has its answers (W3C Fetch Metadata). A program that says nothing of it is let in.
 */

/** A script of another origin asks. A browser leaves Origin out where it is the server's own page that reads. */
export const isForeignOrigin = ({ origin, host }: IncomingHttpHeaders): boolean =>
  origin !== undefined && origin !== `http://${host}`

/** Another site's page has the request made: for a script, a picture, or because a link to it was followed. */
export const isForeignSite = ({ 'sec-fetch-site': site = 'none' }: IncomingHttpHeaders): boolean =>
  !['same-origin', 'none'].includes(String(site))
