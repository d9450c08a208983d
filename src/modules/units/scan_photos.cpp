#include "modules/units/scan_photos.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "base/unit_code.hpp"
#include "modules/units/rules.hpp"
#include "platform/files/files.hpp"
#include "platform/vision/serials.hpp"
#include "platform/vision/vision.hpp"

namespace yuanliu::units {
namespace {

// Candidates of other makers' serials that one photo may have looked up: enough for the words of a label, too few to
// find out which codes there are.
constexpr std::size_t serials_max = 200;
constexpr std::size_t serials_a_line_max = 12;  // so that no line of other words takes them all
constexpr std::size_t printed_max = 8;          // codes that are told from the print of one photo

std::string photo_of(const Upload& upload) {
    if (upload.files.size() != 1 || upload.files.front().field != "photo")
        throw invalid_field("photo", "units.no_photo");
    const auto& file = upload.files.front();
    const auto most = files::photos().bytes_max;
    if (file.size > most) throw Error(Fault::too_large, "files.too_large", {{"max_mb", std::to_string(most >> 20)}});
    if (file.size == 0) throw invalid("files.empty");
    std::ifstream in(file.path, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    if (bytes.size() != file.size) throw internal("cannot read the upload " + file.path);
    return bytes;
}

// What is known of codes: the same verdict as of the page of a scanned label.
class Judge {
 public:
    explicit Judge(Database& db) : db_(db), mint_(db.parts().get<CodeMint>()) {}
    const CodeMint& mint() const { return mint_; }

    std::vector<std::string> existing(const std::vector<std::string>& codes) const {
        if (codes.empty()) return {};
        return db_.read([&](Rx& rx) { return existing_codes(rx, codes); });
    }

    // Fills in what `seen` says of the codes in it.
    void say(std::vector<SeenCode>& seen) const {
        std::vector<std::string> codes;
        for (const auto& one : seen)
            if (auto code = scanned_code(one.text)) codes.push_back(std::move(*code));
        const auto known = existing(codes);
        for (auto& one : seen) {
            const auto code = scanned_code(one.text);
            if (!code) continue;
            const auto verdict = mint_.judge(*code);
            // What we know is ours, however it looks (scan_page).
            if (std::ranges::find(known, *code) != known.end()) {
                one.qrcode_id = *code;
                one.genuine = true;
            } else if (verdict == CodeMint::Verdict::forged) {
                one.genuine = false;
            } else if (verdict == CodeMint::Verdict::genuine) {
                one.genuine = true;
            }
        }
    }

 private:
    Database& db_;
    const CodeMint& mint_;
};

bool settled(const SeenCode& seen) { return seen.qrcode_id || seen.genuine; }

// Codes in print, one look at the photo after the other.
class PrintSearch {
 public:
    explicit PrintSearch(const Judge& judge) : judge_(judge) {}

    // Whether anything has been found.
    bool take(const std::vector<vision::Reading>& readings) {
        std::vector<std::vector<std::string>> lines;  // what each may show, likeliest first
        for (const auto& reading : readings) {
            if (auto code = vision::unit_code_in(reading, judge_.mint(), guesses_))
                keep(std::move(*code), true);
            else
                lines.push_back(untried(vision::serials_in(reading, serials_a_line_max)));
        }
        if (found_.empty()) look_up(lines);
        return !found_.empty();
    }
    std::vector<SeenCode> found() && { return std::move(found_); }

 private:
    // Those that were not asked for yet, as far as this photo may ask.
    std::vector<std::string> untried(std::vector<std::string> serials) {
        std::erase_if(serials, [&](const std::string& serial) { return asked_.contains(serial); });
        serials.resize(std::min(serials.size(), serials_max - asked_.size()));
        asked_.insert(serials.begin(), serials.end());
        return serials;
    }
    // One code a line: the likeliest that a unit has. Its neighbours that look alike may be other units.
    void look_up(const std::vector<std::vector<std::string>>& lines) {
        std::vector<std::string> all;
        for (const auto& line : lines) all.insert(all.end(), line.begin(), line.end());
        const auto known = judge_.existing(all);
        for (const auto& line : lines) {
            const auto first = std::ranges::find_if(
                line, [&](const std::string& code) { return std::ranges::find(known, code) != known.end(); });
            if (first != line.end()) keep(*first, false);
        }
    }
    void keep(std::string code, bool certain) {
        const bool known = std::ranges::find(found_, code, &SeenCode::text) != found_.end();
        if (!known && found_.size() < printed_max)
            found_.push_back({SeenSource::text, std::move(code), {}, {}, certain});
    }

    const Judge& judge_;
    int guesses_ = vision::guesses_max;
    std::set<std::string> asked_;
    std::vector<SeenCode> found_;
};

SeenPrint outcome_of(vision::PhotoReader::Photo::Outcome outcome) {
    using Outcome = vision::PhotoReader::Photo::Outcome;
    return outcome == Outcome::done          ? SeenPrint::read
           : outcome == Outcome::out_of_time ? SeenPrint::out_of_time
                                             : SeenPrint::unavailable;
}

}  // namespace

SeenCodes read_label_photo(Database& db, const Actor&, const Upload& upload) {
    const std::string bytes = photo_of(upload);
    const Judge judge(db);
    SeenCodes out;
    auto photo = db.parts().get<vision::PhotoReader>().open(bytes);
    for (auto& symbol : photo.symbols())
        out.found.push_back({symbol.kind == vision::SymbolKind::qr ? SeenSource::qr : SeenSource::barcode,
                             std::move(symbol.text),
                             {},
                             {}});
    judge.say(out.found);
    if (std::ranges::any_of(out.found, settled)) return out;
    PrintSearch search(judge);
    out.print = outcome_of(photo.print([&](const auto& readings) { return search.take(readings); }));
    auto printed = std::move(search).found();
    judge.say(printed);
    std::ranges::move(printed, std::back_inserter(out.found));
    if (out.found.empty() && photo.damaged()) throw invalid("vision.unreadable");
    return out;
}

}  // namespace yuanliu::units
