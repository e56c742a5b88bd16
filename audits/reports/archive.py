"""The last steps to PDF/A-3a with PDF/UA-1 after rendering: metadata, a tagged signature field, reproducible bytes."""

import hashlib
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

FIELD = "Signature"
TOOLTIP = "Signature of the organisation over this report"
LINE_BREAKS = (b"\r", b"\n")
PRINT_AND_LOCKED = 132
SIGNATURES_EXIST_APPEND_ONLY = 3

_UA = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 this file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def archive(pdf: bytes, *, seed: bytes, is_signable: bool = True) -> bytes:
    """The finished unsigned file. seed: what the file identifier is made of."""
    with pikepdf.open(BytesIO(pdf)) as document:
        _state_accessibility(document)
        if is_signable:
            _add_signature_field(document)
        identifier = hashlib.sha256(seed).digest()[:16]
        document.trailer.ID = Array([String(identifier), String(identifier)])
        _end_streams_plainly(document)
        out = BytesIO()
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=False,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return out.getvalue()


def _end_streams_plainly(document: pikepdf.Pdf) -> None:
    """No stream may end in a line break: where its data ends and the break before "endstream" begins is then unclear.

    The last byte of a deflated stream depends on the content alone, so such a stream is deflated once more.
    """
    for item in document.objects:
        if isinstance(item, pikepdf.Stream) and item.read_raw_bytes()[-1:] in LINE_BREAKS:
            inner = [zlib.compress(item.read_bytes(), level) for level in range(1, 10)]
            outer = next(data for data in map(zlib.compress, inner) if data[-1:] not in LINE_BREAKS)
            item.write(outer, filter=Array([Name.FlateDecode, Name.FlateDecode]))


def _state_accessibility(document: pikepdf.Pdf) -> None:
    """Add the PDF/UA statement and the schema PDF/A wants for it, in a metadata stream that is not compressed."""
    packet = bytes(document.Root.Metadata.read_bytes()).decode()
    packet = packet.replace("</rdf:RDF>", f"{_UA}</rdf:RDF>", 1)
    stream = document.make_stream(packet.encode())
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    document.Root.Metadata = stream


def _add_signature_field(document: pikepdf.Pdf) -> None:
    """An empty, labelled, tagged signature field on the last page: made before signing, so that signing adds no tag."""
    page, tree = document.pages[-1], document.Root.StructTreeRoot
    key = int(tree.get(Name.ParentTreeNextKey, _next_key(tree)))
    widget = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(FIELD),
            TU=String(TOOLTIP),
            Rect=Array([0, 0, 0, 0]),
            F=PRINT_AND_LOCKED,
            P=page.obj,
            StructParent=key,
        )
    )
    _tag(document, widget, page.obj, key)
    page.obj.Annots = Array([*page.obj.get(Name.Annots, Array()), widget])
    page.obj.Tabs = Name.S
    document.Root.AcroForm = document.make_indirect(
        Dictionary(Fields=Array([widget]), SigFlags=SIGNATURES_EXIST_APPEND_ONLY)
    )


def _tag(document: pikepdf.Pdf, widget: Any, page: Any, key: int) -> None:
    tree = document.Root.StructTreeRoot
    root = tree.K[0] if isinstance(tree.K, Array) else tree.K
    element = document.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=root,
            Pg=page,
            Alt=String(TOOLTIP),
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page),
        )
    )
    children = root.K if isinstance(root.K, Array) else Array([root.K])
    root.K = Array([*children, element])
    tree.ParentTree.Nums = Array([*tree.ParentTree.Nums, key, element])
    tree.ParentTreeNextKey = key + 1


def _next_key(tree: Any) -> int:
    return max((int(number) for number in list(tree.ParentTree.Nums)[::2]), default=-1) + 1
