// Made by web/formats.py from ppcn/images/formats: change those.
export const FORMATS = [
  {"name": "jpeg", "title": "JPEG", "mediaType": "image/jpeg", "suffixes": [".jpg", ".jpeg", ".jfif", ".jpe", ".pjpeg", ".pjp", ".mpo"], "signature": "\\xff\\xd8\\xff", "withoutBrowser": ""},
  {"name": "png", "title": "PNG", "mediaType": "image/png", "suffixes": [".png", ".apng"], "signature": "\\x89PNG\\r\\n\\x1a\\n", "withoutBrowser": ""},
  {"name": "webp", "title": "WebP", "mediaType": "image/webp", "suffixes": [".webp"], "signature": "RIFF.{4}WEBP", "withoutBrowser": ""},
  {"name": "tiff", "title": "TIFF", "mediaType": "image/tiff", "suffixes": [".tiff", ".tif"], "signature": "II[*+]\\0(?!\\x10\\0\\0\\0CR)|MM\\0[*+]", "withoutBrowser": "a TIFF picture or a camera's raw file"},
  {"name": "heic", "title": "HEIC", "mediaType": "image/heic", "suffixes": [".heic", ".heif", ".hif", ".heics", ".heifs"], "signature": ".{4}ftyp(?:.{4}){0,30}?(?:heic|heix|heim|heis|hevc|hevx)", "withoutBrowser": ""},
  {"name": "avif", "title": "AVIF", "mediaType": "image/avif", "suffixes": [".avif", ".avifs"], "signature": ".{4}ftyp(?:.{4}){0,30}?(?:avif|avis)", "withoutBrowser": ""},
  {"name": "gif", "title": "GIF", "mediaType": "image/gif", "suffixes": [".gif"], "signature": "GIF8[79]a", "withoutBrowser": ""},
  {"name": "jxl", "title": "JPEG XL", "mediaType": "image/jxl", "suffixes": [".jxl"], "signature": "\\xff\\x0a|\\0\\0\\0\\x0cJXL ", "withoutBrowser": "a JPEG XL picture"},
  {"name": "jpeg2000", "title": "JPEG 2000", "mediaType": "image/jp2", "suffixes": [".jp2", ".j2k", ".jpx", ".jpf"], "signature": "\\0\\0\\0\\x0cjP  \\r\\n\\x87\\n|\\xff\\x4f\\xff\\x51", "withoutBrowser": "a JPEG 2000 picture"},
  {"name": "bmp", "title": "BMP", "mediaType": "image/bmp", "suffixes": [".bmp", ".dib"], "signature": "BM.{12}[\\x0c(\\x28\\x38\\x6c\\x7c\\x40]\\0\\0\\0", "withoutBrowser": ""},
  {"name": "pnm", "title": "PNM", "mediaType": "image/x-portable-anymap", "suffixes": [".ppm", ".pgm", ".pbm", ".pnm"], "signature": "P[1-6][ \\t\\r\\n#]", "withoutBrowser": "a PNM picture"},
  {"name": "raw", "title": "camera raw", "mediaType": "image/x-dcraw", "suffixes": [".dng", ".cr2", ".cr3", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".raf", ".orf", ".rw2", ".pef", ".srw", ".mrw", ".x3f", ".3fr", ".iiq", ".erf", ".kdc", ".dcr", ".mos", ".mef"], "signature": "FUJIFILMCCD-RAW|II\\*\\0\\x10\\0\\0\\0CR|IIU\\0|IIR[OS]|MMOR|FOVb|\\0MRM|.{4}ftypcrx ", "withoutBrowser": "a camera's raw file"},
] as const;

export const OTHERS = [
  ["%PDF", "a PDF document"],
  ["8BPS", "a Photoshop document"],
  ["PK\\x03\\x04", "a ZIP archive"],
  [".{4}ftyp(?!(?:.{4}){0,30}?mif1)", "a film"],
  ["[ \\t-\\r]*<(?:[sS][vV][gG] |\\?[xX][mM][lL])", "a drawing (SVG) or another XML file"],
  ["[^\\x00-\\x08]+$", "a text file"],
] as const;

export const UNKNOWN = "of a kind that is not known here";
