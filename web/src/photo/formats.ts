// Made by web/formats.py from ppcn/images/formats: change those.
export const FORMATS = [
  {"name": "jpeg", "title": "JPEG", "mediaType": "image/jpeg", "suffixes": [".jpg", ".jpeg", ".jfif", ".jpe"], "signature": "\\xff\\xd8\\xff", "withoutBrowser": ""},
  {"name": "png", "title": "PNG", "mediaType": "image/png", "suffixes": [".png"], "signature": "\\x89PNG\\r\\n\\x1a\\n", "withoutBrowser": ""},
  {"name": "webp", "title": "WebP", "mediaType": "image/webp", "suffixes": [".webp"], "signature": "RIFF.{4}WEBP", "withoutBrowser": ""},
  {"name": "tiff", "title": "TIFF", "mediaType": "image/tiff", "suffixes": [".tiff", ".tif"], "signature": "II[*+]\\0(?!\\x10\\0\\0\\0CR)|MM\\0[*+]", "withoutBrowser": "a TIFF picture or a camera's raw file"},
  {"name": "heic", "title": "HEIC", "mediaType": "image/heic", "suffixes": [".heic", ".heif", ".hif"], "signature": ".{4}ftyp(?:.{4}){0,30}?(?:heic|heix|heim|heis|hevc|hevx)", "withoutBrowser": ""},
  {"name": "avif", "title": "AVIF", "mediaType": "image/avif", "suffixes": [".avif"], "signature": ".{4}ftyp(?:.{4}){0,30}?(?:avif|avis)", "withoutBrowser": ""},
  {"name": "gif", "title": "GIF", "mediaType": "image/gif", "suffixes": [".gif"], "signature": "GIF8[79]a", "withoutBrowser": ""},
] as const;

export const OTHERS = [
  ["BM", "a BMP picture"],
  ["%PDF", "a PDF document"],
  ["8BPS", "a Photoshop document"],
  ["\\xff\\x0a|\\0\\0\\0\\x0cJXL ", "a JPEG XL picture"],
  ["\\0\\0\\0\\x0cjP  ", "a JPEG 2000 picture"],
  ["PK\\x03\\x04", "a ZIP archive"],
  ["FUJIFILMCCD-RAW|II\\*\\0\\x10\\0\\0\\0CR|IIU\\0|IIR[OS]|MMOR|FOVb|\\0MRM|.{4}ftypcrx ", "a camera's raw file"],
  [".{4}ftyp(?!(?:.{4}){0,30}?mif1)", "a film"],
  ["[ \\t-\\r]*<(?:[sS][vV][gG] |\\?[xX][mM][lL])", "a drawing (SVG) or another XML file"],
  ["[^\\x00-\\x08]+$", "a text file"],
] as const;

export const UNKNOWN = "of a kind that is not known here";
