/** Which texts harden takes, and that it formats Dockerfiles only. */
import type { DocumentFilter, ServerCapabilities, StaticFeature } from "vscode-languageclient";
import { DocumentFormattingRequest, DocumentRangeFormattingRequest, type LanguageClient } from "vscode-languageclient/node";

const DOCKERFILES: DocumentFilter[] = [
  { language: "dockerfile", scheme: "file" },
  { language: "dockerfile", scheme: "untitled" },
];

/** What is handed to the server; which YAML files are manifests it tells by what they say. */
export const TEXTS: DocumentFilter[] = [
  ...DOCKERFILES,
  { language: "yaml", scheme: "file" },
  { language: "dockercompose", scheme: "file" },
  { scheme: "file", pattern: "**/{compose,docker-compose}*.{yaml,yml}" },
  { scheme: "file", pattern: "**/{devcontainer,.devcontainer}.json" },
  { scheme: "file", pattern: "**/docker-bake*.{hcl,json}" },
];

/** YAML and JSON have formatters of their own; with a second one VS Code asks which is meant before it formats. */
export class FormatsDockerfiles implements StaticFeature {
  #can: readonly ("document" | "range")[] = [];

  constructor(private readonly client: LanguageClient) {}

  fillClientCapabilities(): void {}

  preInitialize(capabilities: ServerCapabilities): void {
    this.#can = [
      ...(capabilities.documentFormattingProvider ? (["document"] as const) : []),
      ...(capabilities.documentRangeFormattingProvider ? (["range"] as const) : []),
    ];
    delete capabilities.documentFormattingProvider;
    delete capabilities.documentRangeFormattingProvider;
  }

  initialize(): void {
    const registerOptions = { documentSelector: DOCKERFILES };
    for (const what of this.#can) {
      const data = { id: `harden-${what}`, registerOptions };
      if (what === "document") this.client.getFeature(DocumentFormattingRequest.method).register(data);
      else this.client.getFeature(DocumentRangeFormattingRequest.method).register(data);
    }
  }

  getState(): { kind: "static" } {
    return { kind: "static" };
  }

  clear(): void {}
}
