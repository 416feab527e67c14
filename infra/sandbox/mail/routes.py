"""The letters that arrived, for people and for programs."""

from flask import Blueprint, render_template_string

from infra.sandbox.mail.letters import Letters

_PAGE = """<!doctype html>
<html lang="vi">
<title>Thư đã đến</title>
<h1>Thư đã đến</h1>
{% for letter in letters %}
<article>
<h2>{{ letter.subject }}</h2>
<p>{{ letter.at }}: {{ letter.from }} → {{ letter.to }}</p>
<pre>{{ letter.text }}</pre>
</article>
{% else %}
<p>Chưa có thư nào.</p>
{% endfor %}
</html>
"""


def create_blueprint(letters: Letters) -> Blueprint:
    """Builds the pages under /mail."""
    blueprint = Blueprint("mail", __name__, url_prefix="/mail")

    @blueprint.get("")
    def page() -> str:
        return render_template_string(_PAGE, letters=_shown())

    @blueprint.get("/letters")
    def listed() -> dict[str, list[dict[str, str]]]:
        return {"letters": _shown()}

    def _shown() -> list[dict[str, str]]:
        return [letter.shown() for letter in letters.newest_first()]

    return blueprint
