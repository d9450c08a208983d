// Photos of labels: for browsers without a live camera, and for labels that no camera reads any more.
#pragma once

#include "modules/units/model.hpp"
#include "platform/auth/actor.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::units {

enum class SeenSource { qr, barcode, text };
YL_ENUM(SeenSource, qr, barcode, text)

struct SeenCode {
    SeenSource source = SeenSource::qr;
    std::string text;                      // as it stands there; of print, the code that was made out
    std::optional<std::string> qrcode_id;  // of the unit, when there is one
    std::optional<bool> genuine;  // of our making or a unit's: true; imitating ours: false; else nobody can say
    // Nothing in it can have been read wrong: a machine's code, or print that its check symbol and MAC confirm. Another
    // serial in print is to be compared with the label: one letter read wrong may be another unit.
    bool certain = true;
};
YL_RECORD(SeenCode, "units.seen_code", source, text, qrcode_id, genuine, certain)

// What became of the print on the label. It is read only when no code on the photo is one of a unit's.
enum class SeenPrint { not_needed, read, out_of_time, unavailable };
YL_ENUM(SeenPrint, not_needed, read, out_of_time, unavailable)

struct SeenCodes {
    std::vector<SeenCode> found;  // each code once; may be empty
    SeenPrint print = SeenPrint::not_needed;
};
YL_RECORD(SeenCodes, "units.seen_codes", found, print)

// Reads the picture of the part `photo`. Counts no scan, keeps nothing, tells nothing of anybody. Throws invalid
// `units.no_photo` (not exactly that one part), `files.empty`; too_large `files.too_large`; what PhotoReader::open
// throws, and `vision.unreadable` for a broken picture in which nothing was found.
SeenCodes read_label_photo(Database& db, const Actor& actor, const Upload& upload);

}  // namespace yuanliu::units
