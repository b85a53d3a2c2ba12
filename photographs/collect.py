"""Makes the photographs of debian.json again, from Debian's packages.

    apt-get download PACKAGE && dpkg -x PACKAGE_*.deb UNPACKED/PACKAGE
    apt-get source --download-only PACKAGE, and its tar files into UNPACKED/PACKAGE: where debian.json says "source"
    python photographs/collect.py UNPACKED TARGET

Needs Pillow, pillow-jxl-plugin and pillow-heif. Versions that the archive no longer has are at snapshot.debian.org.
"""

import io
import json
import struct
import sys
import zlib
from pathlib import Path

import pillow_heif
import pillow_jxl  # noqa: F401  (makes Pillow read JPEG XL)
from PIL import Image, ImageCms, ImageFile, ImageOps

LIST = Path(__file__).with_name("debian.json")


def main(unpacked: Path, target: Path) -> None:
    """Write each photograph that the list names to ``target``, as JPEG."""
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.MAXBLOCK = 1 << 26
    target.mkdir(parents=True, exist_ok=True)
    for entry in json.loads(LIST.read_text()):
        image = photograph(read(unpacked / entry["package"], entry["path"]), entry["reduction"])
        if list(image.size) != entry["size"]:
            raise SystemExit(f"{entry['file']} is {image.size}, not {entry['size']}: this is another version of it.")
        image.save(target / entry["file"], quality=93, subsampling=0, optimize=True)


def read(package: Path, path: str) -> bytes:
    """Return a file of an unpacked package; FILE.rcc!NAME is one inside a Qt resource file."""
    file, _, inside = path.partition("!")
    return resource((package / file).read_bytes(), inside) if inside else (package / path).read_bytes()


def photograph(data: bytes, reduction: float) -> Image.Image:
    """Return a picture upright, as sRGB, without transparency (on grey), and so many times smaller."""
    image = Image.open(io.BytesIO(data))
    if image.format not in ("HEIF", "AVIF"):
        image = ImageOps.exif_transpose(image)
    profile = image.info.get("icc_profile")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (128, 128, 128, 255)), image).convert("RGB")
    if profile:
        image = in_srgb(image, profile)
    image = image.convert("RGB")
    if reduction > 1:
        width, height = (round(side / reduction) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    return image


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return a picture of some other colour space in sRGB; one with a profile that cannot be read, as it is."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if image.mode not in ("RGB", "L", "CMYK"):
            image = image.convert("RGB")
        if "sRGB" in ImageCms.getProfileDescription(own):
            return image
        return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
    except ImageCms.PyCMSError:
        return image


def resource(data: bytes, wanted: str) -> bytes:
    """Return one file of a binary Qt resource: a header, a tree of entries, names in UTF-16, and the files."""

    def number(at: int, kind: str = "I") -> int:
        return struct.unpack_from(f">{kind}", data, at)[0]

    version, tree, files, names = (number(at) for at in (4, 8, 12, 16))
    entry_size = 22 if version >= 2 else 14
    entry = tree
    for part in wanted.split("/"):
        count, first = number(entry + 6), number(entry + 10)
        for entry in range(tree + first * entry_size, tree + (first + count) * entry_size, entry_size):
            name = names + number(entry)
            if data[name + 6 : name + 6 + 2 * number(name, "H")].decode("utf-16-be") == part:
                break
        else:
            raise SystemExit(f"There is no {wanted} in the resource file: this is another version of it.")
    file = files + number(entry + 10)
    content = data[file + 4 : file + 4 + number(file)]
    return zlib.decompress(content[4:]) if number(entry + 4, "H") & 1 else content


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
