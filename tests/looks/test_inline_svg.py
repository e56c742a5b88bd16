"""A chart in the page: only shapes, no styles, no scripts, no references to anywhere else."""

import pytest

from config.inline_svg import UnsafeChartError, inline_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def svg(inside: str) -> str:
    return f"{HEAD}{inside}</svg>"


def test_styles_become_attributes_which_the_content_policy_allows() -> None:
    html = inline_svg(svg('<rect style="fill: #9c2418; pointer-events: none" width="2" height="2"/>'))
    assert "style" not in html
    assert 'fill="#9c2418"' in html


def test_the_finding_is_the_accessible_name_and_marks_are_quiet() -> None:
    html = inline_svg(svg('<g role="graphics-object" aria-label="mark"><path d="M0 0"/></g>'), label="A < B")
    assert 'aria-label="A &lt; B"' in html
    assert html.count("aria-label") == 1
    assert html.count("role=") == 1


def test_text_stays_text() -> None:
    assert "<text>Group &lt;A&gt;</text>" in inline_svg(svg("<text>Group &lt;A&gt;</text>"))


def test_two_charts_do_not_share_their_ids() -> None:
    one, two = (
        inline_svg(svg(f'<clipPath id="c"><rect width="{n}"/></clipPath><g clip-path="url(#c)"/>')) for n in (1, 2)
    )
    ids = {html.partition('id="')[2].partition('"')[0] for html in (one, two)}
    assert len(ids) == 2
    assert all(f"url(#{name})" in one + two for name in ids)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>1</script>",
        '<foreignObject><b xmlns="http://www.w3.org/1999/xhtml">x</b></foreignObject>',
        '<image href="https://elsewhere.example/x.png"/>',
        '<rect onclick="1"/>',
        '<a href="https://elsewhere.example"><rect/></a>',
        '<rect fill="url(https://elsewhere.example/x)"/>',
        '<rect style="fill: url(https://elsewhere.example/x)"/>',
        '<use xlink:href="#x"/>',
    ],
)
def test_what_no_chart_needs_is_refused(inside: str) -> None:
    with pytest.raises(UnsafeChartError):
        inline_svg(svg(inside))


def test_entities_are_refused_before_parsing() -> None:
    with pytest.raises(UnsafeChartError, match="document type"):
        inline_svg('<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("<text>&a;</text>"))


def test_something_else_than_a_chart_is_refused() -> None:
    with pytest.raises(UnsafeChartError, match="starts with"):
        inline_svg("<html/>")
