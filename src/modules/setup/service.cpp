#include <array>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/time.hpp"
#include "modules/identity/identity.hpp"
#include "modules/setup/setup.hpp"
#include "platform/audit/audit.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::setup {
namespace {

constexpr std::string_view action = "setup.setup.create";
constexpr std::string_view symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // no I, L, O, U
constexpr int symbols_count = 12, group = 4;                              // 60 bits
constexpr int codes_max = 20;                                             // the oldest go

Blind blind_of(const Rx& rx, std::string_view code) { return rx.blind("setup.code", code); }

// The code as it was made, however it was typed.
std::string normal(std::string_view typed) {
    std::string out;
    for (char c : typed) {
        if (c == '-' || c == ' ') continue;
        if (c >= 'a' && c <= 'z') c = char(c - 'a' + 'A');
        out += c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    }
    return out;
}

// Every code is looked at, and each in the same time, so that nothing tells how near a guess came.
bool is_good(Rx& rx, std::string_view typed) {
    const auto blind = blind_of(rx, normal(typed));
    bool good = false;
    for (const auto& code : rx.all<SetupCode>("ORDER BY id"))
        good = constant_time_equal(code.code_blind.value, blind.value) || good;
    return good;
}

void require_open(Rx& rx) {
    if (identity::has_admin(rx)) throw conflict("identity.administrator_exists");
}

std::string json_text(std::string_view text) {
    std::string out;
    JsonWriter w(out);
    w.string(text);
    return out;
}

void name_company(Tx& tx, const Actor& admin, const SetupInput& in) {
    auto& settings = tx.part<settings::Settings>();
    auto put = [&](std::string_view key, std::string_view value) {
        settings.change(tx, admin, key, {RawJson(json_text(value))});
    };
    if (in.company_name && !in.company_name->empty()) put(settings::Company::name_key, *in.company_name);
    if (in.time_zone) put(settings::Company::zone_key, *in.time_zone);
}

void check_zone(const SetupInput& in) {
    try {
        if (in.time_zone) Zone{*in.time_zone};
    } catch (const Error& e) {
        throw invalid_field("time_zone", e.code, e.args);
    }
}

}  // namespace

std::optional<std::string> issue_code(Tx& tx) {
    if (identity::has_admin(tx)) return {};
    std::array<unsigned char, symbols_count> dice{};
    tx.env().random(dice);
    std::string code, shown;
    for (auto byte : dice) {
        if (!code.empty() && code.size() % group == 0) shown += '-';
        code += symbols[byte % symbols.size()];  // 256 is a multiple of 32: every symbol is as likely
        shown += code.back();
    }
    tx.append(SetupCode{{}, blind_of(tx, code), tx.now()});
    tx.exec("DELETE FROM setup_code WHERE id NOT IN (SELECT id FROM setup_code ORDER BY id DESC LIMIT ?)", codes_max);
    return shown;
}

SetupState state(Rx& rx) {
    const auto& company = rx.part<settings::Company>();
    return {!identity::has_admin(rx), company.name(rx), std::string(company.zone(rx).name())};
}

identity::LoggedIn set_up(Database& db, const Actor& actor, const SetupInput& in) {
    const bool good = db.read(
        [&](Rx& rx) {
            require_open(rx);
            return is_good(rx, in.setup_code);
        },
        Freshness::latest);
    if (!good) {
        db.write([&](Tx& tx) { audit::refusal(tx, actor, action, "setup.wrong_code"); });
        throw invalid_field("setup_code", "setup.wrong_code");
    }
    check_zone(in);
    const identity::FirstAdmin admin{in.username, in.password, in.name.value_or(Text<0, 80>())};
    return identity::create_first_admin(db, actor, admin, [&](Tx& tx, const Actor& self) {
        // Asked again where nobody can come in between.
        if (!is_good(tx, in.setup_code)) throw invalid_field("setup_code", "setup.wrong_code");
        tx.exec("DELETE FROM setup_code");
        name_company(tx, self, in);
        if (in.demo.value_or(false))
            jobs::enqueue(tx, demo_job, jobs::Nothing{},
                          {.max_attempts = 1, .unique_key = std::string(demo_job), .creator_id = self.user_id});
        audit::record(tx, self, action);
    });
}

}  // namespace yuanliu::setup
