import gzip

import pytest

from orthanc_plugin import static

INDEX = b'<script src="./app.js"></script>'


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "dist"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "secret.key").write_bytes(b"secret")
    (folder / "index.html").write_bytes(INDEX)
    (folder / "app-config.js").write_bytes(b"config")
    (folder / "app.bundle.0a1b2c3d4e5f60718293.js").write_bytes(b"bundle")
    (folder / "app.bundle.0a1b2c3d4e5f60718293.js.gz").write_bytes(gzip.compress(b"bundle"))
    (folder / "sub" / "codec.wasm").write_bytes(b"\0asm")
    (folder / "link").symlink_to(tmp_path / "secret.key")
    return static.Tree(folder, fallback="index.html")


@pytest.mark.parametrize(
    ("path", "mime_type"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("app-config.js", "text/javascript; charset=utf-8"),
        ("sub/codec.wasm", "application/wasm"),
    ],
)
def test_files_have_their_type(tree, path, mime_type):
    response = static.serve(tree, path, {})
    assert (response.status, response.headers["Content-Type"]) == (200, mime_type)


@pytest.mark.parametrize(
    ("path", "to_the_tree"),
    [("", "./"), ("viewer", "./"), ("hepatia", "./"), ("viewer/orthanc", "../"), ("a/b/c", "../../")],
)
def test_pages_of_the_application_get_its_index_with_addresses_that_lead_to_the_tree(tree, path, to_the_tree):
    response = static.serve(tree, path, {})
    assert (response.status, response.body) == (200, INDEX.replace(b"./", to_the_tree.encode()))
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["missing.js", "sub/missing.wasm"])
def test_a_missing_file_is_no_page(tree, path):
    assert static.serve(tree, path, {}).status == 404


@pytest.mark.parametrize(
    "path", ["../secret.key", "/../secret.key", "sub/../../secret.key", "..", "link", "a\0b", "//etc/passwd"]
)
def test_nothing_outside_of_the_folder_is_served(tree, path):
    response = static.serve(tree, path, {})
    assert b"secret" not in response.body
    assert b"root:" not in response.body
    assert response.status == 404 or b"app.js" in response.body


def test_without_a_fallback_there_are_no_pages(tree):
    assert static.serve(static.Tree(tree.folder), "viewer", {}).status == 404


def test_a_hashed_name_may_be_kept_for_ever_other_names_not(tree):
    hashed = static.serve(tree, "app.bundle.0a1b2c3d4e5f60718293.js", {})
    assert "immutable" in hashed.headers["Cache-Control"]
    assert static.serve(tree, "app-config.js", {}).headers["Cache-Control"] == "no-cache"


def test_the_compressed_file_is_sent_to_who_accepts_it(tree):
    path = "app.bundle.0a1b2c3d4e5f60718293.js"
    packed = static.serve(tree, path, {"accept-encoding": "gzip, deflate, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"].startswith("text/javascript")
    assert gzip.decompress(packed.body) == b"bundle"
    plain = static.serve(tree, path, {"accept-encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.body == b"bundle"
    assert plain.headers["ETag"] != packed.headers["ETag"]


def test_what_the_browser_has_is_not_sent_again(tree):
    etag = static.serve(tree, "index.html", {}).headers["ETag"]
    again = static.serve(tree, "index.html", {"if-none-match": etag})
    assert (again.status, again.body) == (304, b"")
    assert static.serve(tree, "index.html", {"if-none-match": '"other"'}).status == 200
