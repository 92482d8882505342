//! The list of charsets: one line each with its constant, its name, how it is
//! read, and the labels it has beyond its name and the WHATWG standard's.
//!
//! The single-byte charsets come first, in the order of `tables.rs`, so that a
//! single-byte charset's number is its row there.

use super::Charset;
use super::codec::Codec::{self, *};
use super::tables;

pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) codec: Codec,
    pub(super) labels: &'static [&'static str],
}

macro_rules! charsets {
    ($($id:ident $name:literal $codec:expr, [$($label:literal)*];)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u8)]
        enum Id { $($id),* }

        /// The charsets by name.
        impl Charset {
            $(
                #[doc = concat!("`", $name, "`.")]
                pub const $id: Charset = Charset(Id::$id as u8);
            )*
        }

        pub(super) const ENTRIES: &[Entry] = &[
            $(Entry { name: $name, codec: $codec, labels: &[$($label),*] }),*
        ];
    };
}

charsets! {
    WINDOWS_1252 "windows-1252" SingleByte, ["ansi" "ms-ansi" "ibm-5348"];
    ISO_8859_1 "iso-8859-1" SingleByte,
        ["latin1" "latin-1" "l1" "iso8859-1" "iso-ir-100" "iso_8859-1:1987" "cp819" "ibm819" "8859" "csisolatin1"];
    WINDOWS_1250 "windows-1250" SingleByte, ["ms-ee" "ibm-5346"];
    WINDOWS_1251 "windows-1251" SingleByte, ["ms-cyrl" "ibm-5347"];
    WINDOWS_1253 "windows-1253" SingleByte, ["ms-greek" "ibm-5349"];
    WINDOWS_1254 "windows-1254" SingleByte, ["ms-turk" "ibm-5350"];
    WINDOWS_1255 "windows-1255" SingleByte, ["ms-hebr"];
    WINDOWS_1256 "windows-1256" SingleByte, ["ms-arab"];
    WINDOWS_1257 "windows-1257" SingleByte, ["winbaltrim" "ibm-5353"];
    WINDOWS_1258 "windows-1258" SingleByte, ["ibm-5354"];
    WINDOWS_874 "windows-874" SingleByte, ["cp874" "ibm874" "ibm-874"];
    ISO_8859_2 "iso-8859-2" SingleByte, ["cp912" "ibm912" "cp28592"];
    ISO_8859_3 "iso-8859-3" SingleByte, ["cp913" "ibm913" "cp28593"];
    ISO_8859_4 "iso-8859-4" SingleByte, ["cp914" "ibm914" "cp28594"];
    ISO_8859_5 "iso-8859-5" SingleByte, ["cp915" "ibm915" "cp28595"];
    ISO_8859_6 "iso-8859-6" SingleByte, ["cp1089" "ibm1089" "cp28596"];
    ISO_8859_7 "iso-8859-7" SingleByte, ["cp813" "ibm813" "cp28597"];
    ISO_8859_8 "iso-8859-8" SingleByte, ["iso-8859-8-i" "cp916" "ibm916" "cp28598" "cp38598"];
    ISO_8859_9 "iso-8859-9" SingleByte,
        ["latin5" "latin-5" "l5" "iso-ir-148" "iso_8859-9:1989" "cp920" "ibm920" "cp28599" "csisolatin5"];
    ISO_8859_10 "iso-8859-10" SingleByte, [];
    ISO_8859_11 "iso-8859-11" SingleByte, ["thai" "iso-8859-11:2001"];
    ISO_8859_13 "iso-8859-13" SingleByte, ["latin7" "latin-7" "l7" "iso-ir-179" "cp921" "ibm921"];
    ISO_8859_14 "iso-8859-14" SingleByte, ["latin8" "latin-8" "l8" "iso-ir-199" "iso-celtic"];
    ISO_8859_15 "iso-8859-15" SingleByte, ["latin9" "latin-9" "latin0" "cp923" "ibm923" "cp28605"];
    ISO_8859_16 "iso-8859-16" SingleByte, ["latin10" "latin-10" "l10" "iso-ir-226"];
    TIS_620 "tis-620" SingleByte, ["tis-620-0" "tis-620-2529-0" "tis-620-2529-1" "iso-ir-166"];
    KOI8_R "koi8-r" SingleByte, ["cp878" "ibm878" "cp20866"];
    KOI8_U "koi8-u" SingleByte, ["koi8-ru" "cp21866" "ibm1168"];
    KOI8_T "koi8-t" SingleByte, [];
    KZ1048 "kz1048" SingleByte, ["kz-1048" "strk1048-2002" "rk1048"];
    PTCP154 "ptcp154" SingleByte, ["pt154" "cp154" "csptcp154" "cyrillic-asian"];
    CP437 "cp437" SingleByte, ["437" "ibm437" "ibm-437" "cspc8codepage437"];
    CP720 "cp720" SingleByte, ["ibm720" "dos-720"];
    CP737 "cp737" SingleByte, ["ibm737" "dos-737"];
    CP775 "cp775" SingleByte, ["ibm775" "cspc775baltic"];
    CP850 "cp850" SingleByte, ["850" "ibm850" "cspc850multilingual"];
    CP852 "cp852" SingleByte, ["852" "ibm852" "cspcp852"];
    CP855 "cp855" SingleByte, ["855" "ibm855" "csibm855"];
    CP856 "cp856" SingleByte, ["856" "ibm856"];
    CP857 "cp857" SingleByte, ["857" "ibm857" "csibm857"];
    CP858 "cp858" SingleByte, ["858" "ibm858" "ccsid00858" "cp00858" "pc-multilingual-850+euro"];
    CP860 "cp860" SingleByte, ["860" "ibm860" "csibm860"];
    CP861 "cp861" SingleByte, ["861" "ibm861" "cp-is" "csibm861"];
    CP862 "cp862" SingleByte,
        ["862" "ibm862" "dos-862" "ibm862.logical" "ibm862.visual" "cspc862latinhebrew"];
    CP863 "cp863" SingleByte, ["863" "ibm863" "csibm863"];
    CP864 "cp864" SingleByte, ["864" "ibm864" "csibm864"];
    CP865 "cp865" SingleByte, ["865" "ibm865" "csibm865"];
    CP866 "cp866" SingleByte, ["ibm866nav"];
    CP869 "cp869" SingleByte, ["869" "ibm869" "cp-gr" "csibm869"];
    CP1125 "cp1125" SingleByte, ["1125" "ibm1125" "cp866u" "ruscii"];
    CP1131 "cp1131" SingleByte, ["ibm1131"];
    MIK "mik" SingleByte, ["bulgarian-mik" "bulgaria-pc"];
    MAC_ROMAN "mac-roman" SingleByte, ["cp10000" "macroman"];
    MAC_CYRILLIC "mac-cyrillic" SingleByte, ["cp10007" "mac-uk" "mac-ukrainian" "cp1283"];
    MAC_CENTRALEUROPE "mac-centraleurope" SingleByte,
        ["mac-latin2" "mac-centraleuropean" "mac-ce" "x-mac-ce" "x-mac-centraleurroman" "mac-centeuro" "cp10029" "cp1282"];
    MAC_GREEK "mac-greek" SingleByte, ["x-mac-greek" "cp10006" "cp1280"];
    MAC_TURKISH "mac-turkish" SingleByte, ["x-mac-turkish" "cp10081" "cp1281"];
    MAC_ICELAND "mac-iceland" SingleByte, ["x-mac-icelandic" "mac-icelandic" "mac-is" "cp10079" "cp1286"];
    MAC_CROATIAN "mac-croatian" SingleByte, ["x-mac-croatian" "cp10082" "cp1284"];
    MAC_ROMANIAN "mac-romanian" SingleByte, ["x-mac-romanian" "mac-romania" "cp10010" "cp1285"];
    MAC_ARABIC "mac-arabic" SingleByte, ["x-mac-arabic" "cp10004"];
    MAC_FARSI "mac-farsi" SingleByte, ["x-mac-farsi"];
    HP_ROMAN8 "hp-roman8" SingleByte, ["roman8" "r8" "cp1051" "ibm1051" "cshproman8"];
    ARMSCII_8 "armscii-8" SingleByte, [];
    GEORGIAN_ACADEMY "georgian-academy" SingleByte, [];
    GEORGIAN_PS "georgian-ps" SingleByte, [];
    VISCII "viscii" SingleByte, ["viscii1.1-1" "csviscii"];
    TCVN "tcvn" SingleByte, ["tcvn-5712" "tcvn5712-1" "tcvn5712-1:1993" "x-viet-tcvn5712"];
    CP1006 "cp1006" SingleByte, ["ibm1006"];
    X_USER_DEFINED "x-user-defined" SingleByte, [];
    CP037 "cp037" SingleByte, ["037" "cp37" "ibm037" "ibm039" "ebcdic-cp-us" "ebcdic-cp-ca" "ebcdic-cp-nl" "csibm037"];
    CP273 "cp273" SingleByte, ["273" "ibm273" "csibm273"];
    CP277 "cp277" SingleByte, ["277" "ibm277" "ebcdic-cp-dk" "ebcdic-cp-no" "csibm277"];
    CP278 "cp278" SingleByte, ["278" "ibm278" "ebcdic-cp-fi" "ebcdic-cp-se" "csibm278"];
    CP280 "cp280" SingleByte, ["280" "ibm280" "ebcdic-cp-it" "csibm280"];
    CP284 "cp284" SingleByte, ["284" "ibm284" "ebcdic-cp-es" "csibm284"];
    CP285 "cp285" SingleByte, ["285" "ibm285" "ebcdic-cp-gb" "csibm285"];
    CP297 "cp297" SingleByte, ["297" "ibm297" "ebcdic-cp-fr" "csibm297"];
    CP424 "cp424" SingleByte, ["424" "ibm424" "ebcdic-cp-he" "csibm424"];
    CP500 "cp500" SingleByte, ["500" "ibm500" "ebcdic-cp-be" "ebcdic-cp-ch" "csibm500"];
    CP870 "cp870" SingleByte, ["870" "ibm870" "ebcdic-cp-roece" "ebcdic-cp-yu" "csibm870"];
    CP871 "cp871" SingleByte, ["871" "ibm871" "ebcdic-cp-is" "csibm871"];
    CP875 "cp875" SingleByte, ["875" "ibm875"];
    CP1025 "cp1025" SingleByte, ["1025" "ibm1025"];
    CP1026 "cp1026" SingleByte, ["1026" "ibm1026" "csibm1026"];
    CP1047 "cp1047" SingleByte, ["1047" "ibm1047"];
    CP1140 "cp1140" SingleByte, ["1140" "ibm1140" "ibm01140" "ccsid01140" "ebcdic-us-37+euro"];
    CP1141 "cp1141" SingleByte, ["1141" "ibm1141" "ibm01141" "ccsid01141" "ebcdic-de-273+euro"];
    CP1142 "cp1142" SingleByte, ["1142" "ibm1142" "ibm01142" "ccsid01142"];
    CP1143 "cp1143" SingleByte, ["1143" "ibm1143" "ibm01143" "ccsid01143"];
    CP1144 "cp1144" SingleByte, ["1144" "ibm1144" "ibm01144" "ccsid01144"];
    CP1145 "cp1145" SingleByte, ["1145" "ibm1145" "ibm01145" "ccsid01145"];
    CP1146 "cp1146" SingleByte, ["1146" "ibm1146" "ibm01146" "ccsid01146"];
    CP1147 "cp1147" SingleByte, ["1147" "ibm1147" "ibm01147" "ccsid01147"];
    CP1148 "cp1148" SingleByte, ["1148" "ibm1148" "ibm01148" "ccsid01148"];
    CP1149 "cp1149" SingleByte, ["1149" "ibm1149" "ibm01149" "ccsid01149"];

    UTF_8 "utf-8" Utf8, ["utf-8-sig" "u8" "cp65001"];
    CESU_8 "cesu-8" Cesu8, ["modified-utf-8" "java-utf-8" "utfmb3" "cscesu8"];
    UTF_7 "utf-7" Utf7, ["u7" "unicode-1-1-utf-7" "cp65000" "csutf7"];
    UTF_16LE "utf-16le" Utf16 { big: false }, ["utf-16" "u16" "ucs-2le" "cp1200"];
    UTF_16BE "utf-16be" Utf16 { big: true }, ["ucs-2be" "cp1201"];
    UTF_32LE "utf-32le" Utf32 { big: false }, ["utf-32" "u32" "ucs-4" "ucs-4le" "cp12000"];
    UTF_32BE "utf-32be" Utf32 { big: true }, ["ucs-4be" "cp12001"];
    GBK "gbk" MultiByte(super::multi_byte::GBK), ["cp936" "936" "ms936" "windows-936" "euc-cn" "gb2312"];
    GB18030 "gb18030" MultiByte(super::multi_byte::GB18030), ["gb18030-2000" "cp54936"];
    BIG5 "big5" MultiByte(super::multi_byte::BIG5), ["cp950" "950" "ms950" "windows-950" "big5-tw" "big5-eten"];
    SHIFT_JIS "shift_jis" MultiByte(super::multi_byte::SHIFT_JIS),
        ["cp932" "932" "ms932" "mskanji" "ms-kanji" "windows-932" "windows-31j" "cp943" "s-jis"];
    EUC_JP "euc-jp" MultiByte(super::multi_byte::EUC_JP), ["ujis" "u-jis" "cp20932" "cp51932" "eucjp-ms"];
    EUC_KR "euc-kr" MultiByte(super::multi_byte::EUC_KR),
        ["cp949" "949" "ms949" "uhc" "windows-949" "cp51949" "ks-x-1001" "ksx1001"];
    EUC_TW "euc-tw" MultiByte(super::multi_byte::EUC_TW), ["x-euc-tw" "cns11643" "cp51950"];
    JOHAB "johab" MultiByte(super::multi_byte::JOHAB), ["cp1361" "ms1361" "ks-c-5601-1992" "ksc5601-1992"];
    ISO_2022_JP "iso-2022-jp" Iso2022Jp, ["cp50220" "cp50221"];
    ISO_2022_KR "iso-2022-kr" Iso2022Kr, ["csiso2022kr" "cp50225"];
    HZ "hz" Hz, ["hz-gb-2312" "hz-gb" "hzgb" "cp52936"];
}

// A single-byte charset's number must be its row's.
const _: () = {
    assert!(Id::UTF_8 as usize == tables::COUNT);
    let mut row = 0;
    while row < tables::COUNT {
        assert!(same(
            ENTRIES[row].name.as_bytes(),
            tables::ROWS[row].name.as_bytes()
        ));
        row += 1;
    }
};

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}
