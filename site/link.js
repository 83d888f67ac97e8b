// Links that carry the files behind the `#`, which no browser sends: JSON, deflated, in the letters of base64url.

const MOST = 2_000_000; // characters that a link may unfold to
const LONGEST = 100_000; // characters of a link

async function through(stream, bytes, most = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error("it holds too much");
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Return what comes behind the `#`; null where it would be too long for a link. */
export async function encode(files, unsafe) {
  const text = JSON.stringify({ files: Object.fromEntries(files), unsafe });
  const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(text));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const found = `1${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
  return found.length > LONGEST ? null : found;
}

/** Return {files, unsafe} of a link; an Error says what is wrong with one. */
export async function decode(fragment) {
  if (fragment[0] !== "1") throw new Error("it is of another version of this page");
  const binary = atob(fragment.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  const data = JSON.parse(new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), bytes, MOST)));
  const files = Object.entries(data?.files ?? {});
  if (!files.length || !files.every(([, text]) => typeof text === "string")) throw new Error("it holds no files");
  return { files: new Map(files), unsafe: data.unsafe === true };
}
