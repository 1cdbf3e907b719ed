import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./schema.js";

export type { components, paths };

/** Media types of answers and problems. */
type Media = "application/json" | "application/problem+json";

/** Client of the API at an address such as https://tracker.example/api/v1. */
export function trackerAt(baseUrl: string): Client<paths, Media> {
  return createClient<paths, Media>({ baseUrl });
}
