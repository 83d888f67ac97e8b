from http.server import HTTPServer

from notes import api, save


@api.put(
    "/upload/part/{number}",
    name="part",
)
def part(number: int) -> None:
    save(number)


@api.get(f"/upload/{api.version}")
def uploaded() -> str:
    return "yes"


HTTPServer(("", 8000), api).serve_forever()
