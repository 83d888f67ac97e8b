"""Commands of Node projects that serve or build from sources: what is for development only is there to be loaded."""

from __future__ import annotations

#: programs that are tools of the development whatever they are told
_ALWAYS = frozenset(
    """
    babel-node browser-sync craco ember esbuild esbuild-register grunt gulp live-server lite-server nodemon parcel
    react-app-rewired rollup rsbuild rspack snowpack storybook start-storybook supervisor swc tsc tsnd ts-node
    ts-node-dev ts-node-esm tsup tsx turbo vite vite-node vue-cli-service webpack webpack-cli webpack-dev-server wds
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: programs that serve what is built too, and the words with which they build or watch; "" where they do so without one
_WORDS = {
    "next": ("dev", "build", ""), "nuxt": ("dev", "build", "generate", ""), "nuxi": ("dev", "build", "generate"),
    "astro": ("dev", "build"), "remix": ("dev", "build", "vite:dev", "vite:build", "watch"),
    "react-router": ("dev", "build"), "gatsby": ("develop", "build"), "react-scripts": ("start", "build", "test"),
    "ng": ("serve", "build", "s", "b", "test"), "nest": ("start", "build"), "nx": ("serve", "build", "run"),
    "expo": ("start", "export"), "strapi": ("develop", "build"), "medusa": ("develop", "build"),
    "quasar": ("dev", "build"), "docusaurus": ("start", "build"), "vuepress": ("dev", "build"),
    "vitepress": ("dev", "build"), "svelte-kit": ("dev", "build"), "payload": ("dev", "build"),
    "redwood": ("dev", "build"), "rw": ("dev", "build"), "wrangler": ("dev",), "eleventy": ("", "--serve"),
    "blitz": ("dev", "build"), "umi": ("dev", "build"), "umi-dev": ("",), "keystone": ("dev", "build"),
    "sls": ("offline",), "serverless": ("offline",), "vercel": ("dev",), "ionic": ("serve", "build"),
}  # fmt: skip


def develops(name: str, words: list[str]) -> bool:
    """Tell whether a command serves or builds from sources.

    Args:
        name: of the program, such as "next".
        words: that follow it.
    """
    if name in _ALWAYS or "--watch" in words:
        return True
    told = _WORDS.get(name, ())
    first = next((word for word in words if not word.startswith("-")), "")
    return first in told or any(word in told for word in words if word.startswith("-"))
