#include "platform/vision/serials.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <functional>
#include <queue>
#include <string_view>

namespace yuanliu::vision {
namespace {

// What looks alike: the letter as read, then what it may have been, likeliest first.
struct Alike {
    char read;
    std::string_view meant;
};
constexpr std::array lookalikes{
    Alike{'0', "ODQC8G69"}, Alike{'1', "IL7JT4"}, Alike{'2', "Z7"},     Alike{'3', "89BJ"},   Alike{'4', "AH"},
    Alike{'5', "S69"},      Alike{'6', "G805B"},  Alike{'7', "T12ZYJ"}, Alike{'8', "B3069S"}, Alike{'9', "0G3Q8P"},
    Alike{'A', "4RM"},      Alike{'B', "8R3EPD"}, Alike{'C', "G0E"},    Alike{'D', "0BQPJO"}, Alike{'E', "FBC"},
    Alike{'F', "EPRT"},     Alike{'G', "6C90Q"},  Alike{'H', "NMWKR"},  Alike{'I', "1L7TJ"},  Alike{'J', "13DT"},
    Alike{'K', "XRHM"},     Alike{'L', "1IECT"},  Alike{'M', "NWHK"},   Alike{'N', "MHWV"},   Alike{'O', "0DQC"},
    Alike{'P', "FRBD"},     Alike{'Q', "0O9G2D"}, Alike{'R', "KBPA"},   Alike{'S', "5839"},   Alike{'T', "7YF1"},
    Alike{'U', "V0JW"},     Alike{'V', "YWXU"},   Alike{'W', "VMNH"},   Alike{'X', "KYV"},    Alike{'Y', "VXT7"},
    Alike{'Z', "27"},
};
constexpr double alike_share = 0.02, alike_step = 0.7;  // of the first that a letter may be confused with; of each next
constexpr double share_min = 1e-5;

constexpr std::string_view code_alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char capital(char c) { return char(std::toupper(static_cast<unsigned char>(c))); }
bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// As codes of ours are read: capitals, O as 0, I and L as 1.
char folded(char c) {
    c = capital(c);
    return c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
}

// How likely each character is at one place of a text.
class Shares {
 public:
    // `as` says which letter is stored for one that was read.
    Shares(const Glyph& glyph, char (*as)(char)) {
        for (std::size_t i = 0; i < glyph.letters.size() && i < glyph.shares.size(); ++i) {
            const double share = std::max(glyph.shares[i], 1e-4);
            raise(as(glyph.letters[i]), share);
            const auto known = std::ranges::find(lookalikes, capital(glyph.letters[i]), &Alike::read);
            if (known == lookalikes.end()) continue;
            double part = share * alike_share;
            for (const char meant : known->meant) raise(as(meant), part), part *= alike_step;
        }
    }
    double of(char c) const { return shares_[static_cast<unsigned char>(c) & 127]; }

 private:
    void raise(char c, double share) {
        auto& mine = shares_[static_cast<unsigned char>(c) & 127];
        mine = std::max(mine, share);
    }
    std::array<double, 128> shares_{};
};

// One place of a text and what may stand there, cheapest first. Costs are the negative logarithms of shares.
using Place = std::vector<std::pair<double, char>>;

Place place_of(const Shares& shares, std::string_view alphabet) {
    Place place;
    for (const char letter : alphabet)
        if (shares.of(letter) > share_min) place.emplace_back(-std::log(shares.of(letter)), letter);
    std::ranges::sort(place);
    return place;
}

// All ways through the places, cheapest first, until `right` says so or `budget` is used up.
class Ways {
 public:
    explicit Ways(std::vector<Place> places) : places_(std::move(places)) {}

    bool find(int& budget, const std::function<bool(const std::string&)>& right) {
        if (places_.empty() || std::ranges::any_of(places_, &Place::empty)) return false;
        Way first{std::vector<std::uint8_t>(places_.size(), 0), 0, 0};
        for (const Place& place : places_) first.cost += place.front().first;
        queue_.push(std::move(first));
        while (!queue_.empty() && budget > 0) {
            const Way way = queue_.top();
            queue_.pop();
            --budget;
            if (right(text(way))) return true;
            // Every way but the first has exactly one predecessor: one place raised, the last raised or one behind it.
            for (std::size_t i = way.last; i < places_.size(); ++i) {
                const std::size_t next_choice = way.chosen[i] + std::size_t{1};
                if (next_choice >= places_[i].size()) continue;
                Way next = way;
                next.cost += places_[i][next_choice].first - places_[i][way.chosen[i]].first;
                next.chosen[i] = std::uint8_t(next_choice);
                next.last = i;
                queue_.push(std::move(next));
            }
        }
        return false;
    }

 private:
    struct Way {
        std::vector<std::uint8_t> chosen;
        std::size_t last;
        double cost;
        bool operator<(const Way& other) const { return cost > other.cost; }
    };
    std::string text(const Way& way) const {
        std::string out;
        for (std::size_t i = 0; i < places_.size(); ++i) out += places_[i][way.chosen[i]].second;
        return out;
    }

    std::vector<Place> places_;
    std::priority_queue<Way> queue_;
};

// The places of a line, and the variants of them that a code of ours may stand in.
class CodeSearch {
 public:
    CodeSearch(std::vector<Place> places, const CodeMint& mint, int& guesses)
        : places_(std::move(places)), mint_(mint), guesses_(guesses), left_(std::min(guesses, guesses_max / 5)) {
        for (const char letter : code_alphabet) any_.emplace_back(std::log(double(code_alphabet.size())), letter);
    }

    std::optional<std::string> run() {
        const std::size_t n = places_.size();
        if (n + 1 < size || n > size + more) return std::nullopt;
        for (std::size_t at = 0; at + size <= n; ++at)
            if (attempt({places_.begin() + std::ptrdiff_t(at), places_.begin() + std::ptrdiff_t(at + size)},
                        n == size ? 2000 : 500))
                return code_;
        for (std::size_t i = 0; i < n && n == size; ++i) {  // one that a scratch has made into another
            auto other = places_;
            other[i] = any_;
            if (attempt(std::move(other), 64)) return code_;
        }
        for (std::size_t i = 0; i < n && n == size + 1; ++i) {  // one too many: doubled, or a speck
            auto fewer = places_;
            fewer.erase(fewer.begin() + std::ptrdiff_t(i));
            if (attempt(std::move(fewer), 150)) return code_;
        }
        for (std::size_t i = 0; i <= n && n + 1 == size; ++i) {  // one lost
            auto filled = places_;
            filled.insert(filled.begin() + std::ptrdiff_t(i), any_);
            if (attempt(std::move(filled), 250)) return code_;
        }
        return std::nullopt;
    }

 private:
    static constexpr std::size_t size = unit_code_size, more = 6;

    bool attempt(std::vector<Place> places, int share) {
        const int given = std::min(left_, share);
        int budget = given;
        const bool found = Ways(std::move(places)).find(budget, [&](const std::string& text) {
            if (mint_.judge(text) != CodeMint::Verdict::genuine) return false;
            code_ = text;
            return true;
        });
        left_ -= given - budget;
        guesses_ -= given - budget;
        return found;
    }

    std::vector<Place> places_;
    const CodeMint& mint_;
    int& guesses_;
    int left_;
    Place any_;
    std::string code_;
};

// The likeliest letter of each.
std::string plain_text(const std::vector<Glyph>& glyphs) {
    std::string out;
    for (const Glyph& glyph : glyphs) out += glyph.letters.front();
    return out;
}

std::string in_capitals(std::string text) {
    std::ranges::transform(text, text.begin(), capital);
    return text;
}

// Another maker's code: as read, in capitals, then with what looks alike in place of single letters.
void add_serials(const std::vector<Glyph>& word, std::size_t most, std::vector<std::string>& out) {
    if (word.size() < serial_size_min || word.size() > serial_size_max) return;
    constexpr std::size_t share_of_a_word = 16;
    const std::string text = plain_text(word);
    std::vector<std::string> mine;
    const auto add = [&](const std::string& serial) {
        const bool has_digit = std::ranges::any_of(serial, is_digit);
        if (has_digit && std::ranges::find(out, serial) == out.end() && std::ranges::find(mine, serial) == mine.end())
            mine.push_back(serial);
        return mine.size() >= share_of_a_word;
    };
    // A mistake that is made once is made every time: all O are 0 before a single one is.
    for (std::string variant : {text, in_capitals(text)})
        for (const auto& [from, to] : {std::pair(' ', ' '), {'O', '0'}, {'I', '1'}, {'L', '1'}, {'S', '5'}, {'B', '8'}})
            std::ranges::replace(variant, from, to), add(variant);
    std::vector<Place> places;
    constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-._~";
    for (const Glyph& glyph : word) places.push_back(place_of(Shares(glyph, &capital), letters));
    int budget = 4 * int(share_of_a_word);
    Ways(std::move(places)).find(budget, add);
    for (std::string& serial : mine)
        if (out.size() < most) out.push_back(std::move(serial));
}

}  // namespace

std::optional<std::string> unit_code_in(const Reading& reading, const CodeMint& mint, int& guesses) {
    std::vector<Place> places;
    for (const Glyph& glyph : reading.glyphs)
        if (!glyph.letters.empty() && is_letter(glyph.letters.front()))
            places.push_back(place_of(Shares(glyph, &folded), code_alphabet));
    return CodeSearch(std::move(places), mint, guesses).run();
}

std::vector<std::string> serials_in(const Reading& reading, std::size_t most) {
    std::vector<std::string> out;
    std::vector<Glyph> word, whole;
    for (const Glyph& glyph : reading.glyphs) {
        if (glyph.letters.empty()) continue;
        if (glyph.after_space && !word.empty()) add_serials(std::exchange(word, {}), most, out);
        word.push_back(glyph);
        whole.push_back(glyph);
    }
    const bool one_word = word.size() == whole.size();
    add_serials(word, most, out);
    if (!one_word) add_serials(whole, most, out);
    return out;
}

}  // namespace yuanliu::vision
