// Reads one JSON string a line, and answers each with a line of what twitter-text and Bluesky's library find in it.
// The first argument is the folder where both are installed. All places are UTF-16 units, as JavaScript counts.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const require = createRequire(resolve(process.argv[2], "package.json"));
const twitter = require("twitter-text");
const { RichText } = require("@atproto/api");

const span = (found, word) => [...found.indices, word];

for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  const rich = new RichText({ text });
  rich.detectFacetsWithoutResolution();
  const answer = {
    x_length: twitter.parseTweet(text).weightedLength,
    links: twitter.extractUrlsWithIndices(text).map((found) => span(found, found.url)),
    tags: twitter.extractHashtagsWithIndices(text).map((found) => span(found, found.hashtag)),
    mentions: twitter.extractMentionsWithIndices(text).map((found) => span(found, found.screenName)),
    graphemes: rich.graphemeLength,
    bytes: rich.length,
    facets: (rich.facets ?? []).map((facet) => [facet.index.byteStart, facet.index.byteEnd, facet.features[0].$type]),
  };
  process.stdout.write(JSON.stringify(answer) + "\n");
}
