"""Which folder the build of a web page writes, by its tool and configuration (S20)."""

from __future__ import annotations

import json

import pytest

from hardener.project.node.package_json import read_package
from hardener.rules.split_stages.languages.node.static_output import output_of
from tests.test_project import made

__all__ = ["made"]

NEXT = {"next.config.mjs": "export default {\n  // distDir: 'x'\n  output: 'export'\n}"}
ANGULAR_17 = {"builder": "@angular/build:application", "options": {"outputPath": "dist/shop"}}
ANGULAR_16 = {"builder": "@angular-devkit/build-angular:browser", "options": {"outputPath": "dist/shop"}}
ANGULAR_BASE = {"builder": "@angular/build:application", "options": {"outputPath": {"base": "out", "browser": ""}}}


def angular(build: object, *names: str) -> dict[str, str]:
    projects = {name: {"architect": {"build": build}} for name in names or ("shop",)}
    return {"angular.json": json.dumps({"projects": projects})}


KNOWN = [
    ("vite build", {}, "dist"),
    ("tsc -b && vite build --mode production", {}, "dist"),
    ("vite build --outDir ../public/site", {}, ""),
    ("vite build --outDir=public/site", {}, "public/site"),
    ("vite build web", {}, ""),
    ("vite build", {"vite.config.ts": "export default defineConfig({ build: { outDir: './www/' } })"}, "www"),
    ("vite build", {"vite.config.ts": "export default { build: { outDir: process.env.OUT } }"}, ""),
    ("vite build", {"vite.config.js": "export default { root: 'src', build: { outDir: '../dist' } }"}, ""),
    ("vite build", {"vite.config.js": "/* outDir: 'no'\n outDir: 'no' */ export default {}"}, "dist"),
    ("vite build", {"svelte.config.js": "import adapter from '@sveltejs/adapter-static'"}, "build"),
    ("vite build", {"svelte.config.js": "import adapter from '@sveltejs/adapter-node'"}, ""),
    ("rimraf build && react-scripts build", {}, "build"),
    ("BUILD_PATH=out react-scripts build", {}, ""),
    ("react-scripts build", {".env": "BUILD_PATH=./site"}, ""),
    ("vue-cli-service build --dest web", {}, "web"),
    ("vue-cli-service build", {"vue.config.js": "module.exports = { outputDir: 'web' }"}, "web"),
    ("next build", NEXT, "out"),
    ("next build", {}, ""),
    ("next build && next export -o web", {}, ""),
    ("next build", {"next.config.js": "module.exports = { output: 'export', distDir: 'web' }"}, ""),
    ("astro check && astro build", {}, "dist"),
    ("gatsby build", {}, "public"),
    ("parcel build index.html", {}, "dist"),
    ("docusaurus build", {}, "build"),
    ("vitepress build docs", {}, "docs/.vitepress/dist"),
    ("vitepress build --base /x", {}, ""),
    ("ng build --configuration production", angular(ANGULAR_17), "dist/shop/browser"),
    ("ng build", angular(ANGULAR_16), "dist/shop"),
    ("ng build", angular(ANGULAR_BASE), "out"),
    ("ng build", angular(ANGULAR_17, "a", "b"), ""),
    ("ng build", {"angular.json": '{"projects": {"a": 5}}'}, "dist/a"),
    ("npm run one", {}, "dist"),
    ('run-p types "build-only {@}" --', {}, "dist"),
    ("npm run build", {}, ""),
    ("nuxt generate", {}, ".output/public"),
    ("webpack --mode production", {}, ""),
    ("vite build && gatsby build", {}, ""),
    ("node build.js", {}, ""),
]


@pytest.mark.parametrize(("script", "files", "folder"), KNOWN)
def test_folder_of_a_build(made, script: str, files: dict[str, str], folder: str) -> None:
    scripts = {"build": script, "one": "vite build", "build-only": "vite build"}
    context = made(**{"package.json": json.dumps({"scripts": scripts}), **files})
    package = read_package(context)
    assert package is not None
    assert output_of(context, package, "build", {}) == folder


def test_a_script_afterwards_may_move_it(made) -> None:
    scripts = {"build": "vite build", "postbuild": "mv dist www"}
    context = made(**{"package.json": json.dumps({"scripts": scripts})})
    package = read_package(context)
    assert package is not None
    assert output_of(context, package, "build", {}) == ""
    assert output_of(context, package, "absent", {}) == ""


def test_a_variable_of_the_image_counts(made) -> None:
    context = made(**{"package.json": json.dumps({"scripts": {"build": "react-scripts build"}})})
    package = read_package(context)
    assert package is not None
    assert output_of(context, package, "build", {"BUILD_PATH": "/site"}) == ""
