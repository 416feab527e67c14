"""XML elements of one namespace."""

from lxml import etree


class Maker:
    """Makes elements of a namespace, written with a prefix: `make("Code", make("CodeNumber", "7"))`."""

    def __init__(self, prefix: str, namespace: str) -> None:
        self._prefixes = {prefix: namespace}
        self._namespace = namespace

    def __call__(self, tag: str, *content: etree._Element | str, **attributes: str) -> etree._Element:
        made = etree.Element(f"{{{self._namespace}}}{tag}", attributes, self._prefixes)
        for each in content:
            if isinstance(each, str):
                made.text = each
            else:
                made.append(each)
        return made
