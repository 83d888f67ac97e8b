"""nginx-site (HD410): nginx serves the site that a build makes, as the server of Node did."""

from __future__ import annotations

from typing import ClassVar

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.rules.base import Files, Rule, Safety, kinds
from hardener.syntax.dockerfile.nodes import Stage
from hardener.syntax.tree import Flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.split_stages.nginx_site.plan import Site

_MESSAGE = "Node serves files that nginx can serve without it"


class NginxSite(Rule):
    """Serve a site with nginx instead of Node.

    Off unless it is selected by name: it takes another server. `split-stages`, which is on, keeps the server and puts
    it into a stage of its own.

    ## What it does

    A single stage that builds a site and serves it with `serve`, `http-server`, `sirv` or `vite preview` becomes a
    build stage and a stage on `nginxinc/nginx-unprivileged`, which runs as the user 101. A configuration of nginx in
    the Dockerfile keeps what the old server did: port and folder, index.html for addresses of a single-page site (also
    for missing files where the server did so), 404 otherwise, addresses without `.html` and the redirects to them,
    `Cache-Control`, compression. EXPOSE, LABEL, VOLUME and HEALTHCHECK go over, a check by curl or wget as one by the
    wget of BusyBox; CMD and ENTRYPOINT are those of the image. Run it with
    `harden --extend-select nginx-site --unsafe-fixes`, or name it in `extend-select` of the configuration.

    ## Why

    Node and the packages of the server are most of such an image, and of what scanners find in it.

    ## Example

    ```dockerfile
    FROM node:22
    WORKDIR /app
    COPY . .
    RUN npm ci && npm run build
    RUN npm install -g sirv-cli
    EXPOSE 5000
    CMD ["sirv", "dist", "--host", "--port", "5000"]
    ```

    becomes

    ```dockerfile
    FROM node:22 AS build
    WORKDIR /app
    COPY . .
    RUN npm ci && npm run build

    FROM nginxinc/nginx-unprivileged:1.29-alpine
    COPY <<'EOF' /etc/nginx/conf.d/default.conf
    server {
        listen 5000;
        root /app/dist;
        charset utf-8;
        absolute_redirect off;
        include /etc/nginx/mime.types;
        types { text/javascript mjs; application/manifest+json webmanifest; }
        location ~ /\\.(?!well-known/) { return 404; }
        location ~ ^/(?<page>.*?)/*$ {
            try_files $uri /$page.html /$page/index.html =404;
        }
    }
    EOF
    COPY --from=build /app/dist /app/dist
    EXPOSE 5000
    ```

    ## Fix safety

    Always unsafe: nginx sends other headers (ETag, Content-Disposition, types of a few files), answers only GET and
    HEAD, and lists no folders; where `serve -s` answered a file without an ending with the page, nginx sends the file.
    `harden verify` builds and asks both.

    ## When it only reports

    * S20: a file or an option gives the server more settings (serve.json, `--cors`, `proxy`, `base` or `headers` of
      Vite), the folder or the port is unclear, a compose file or manifest starts or sets something else.
    * H08: a check runs another program than curl or wget.
    * U11: the port is below 1024, and nothing says where the image runs.
    * S24: LABEL, EXPOSE or VOLUME has a variable.
    * P45, P01: there are no here-documents, a comment would be lost.
    * S25, S30, P47: other stages, an unknown build context, ONBUILD.
    """

    code: ClassVar[str] = "HD410"
    name: ClassVar[str] = "nginx-site"
    safety: ClassVar[Safety] = Safety.UNSAFE
    needs = frozenset({"Run"})
    effects: ClassVar[frozenset[Effect]] = frozenset(
        {
            Effect.STAGES, Effect.BASE, Effect.RUN, Effect.COPY, Effect.ARG, Effect.ENV, Effect.USER, Effect.SHELL,
            Effect.WORKDIR, Effect.CMD, Effect.ENTRYPOINT, Effect.HEALTHCHECK, Effect.STOP_SIGNAL,
        }
    )  # fmt: skip
    about_image: ClassVar[bool] = True
    opt_in: ClassVar[bool] = True

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return ("serve", "sirv", "vite", "start", "preview")

    @classmethod
    def plan(cls, model: Model, files: Files) -> Site | Refusal | None:
        """Return the site that the final stage serves."""
        code = model.tree.code
        if not any(word in code for word in cls.words()) or not kinds(model.tree) & cls.needs:
            return None
        from hardener.rules.split_stages.nginx_site.plan import site

        return site(model, files)

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage | Flatten:
        """Split the final stage into its build and nginx."""
        found: Site | Refusal | None = self.planned
        if found is None or not self.model.stage_of(original).is_final:
            return updated
        at = original.from_
        if isinstance(found, Refusal):
            return self.report(at, updated, found, _MESSAGE)
        from hardener.rules.split_stages.nginx_site.write import two_stages

        stages: Stage | Flatten = Flatten(two_stages(updated, found, self.model.style))
        return self.rewrite(at, updated, stages, f"{_MESSAGE}, as {found.server} does", doubt="; ".join(found.doubts))
