#include "modules/units/rules.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "base/unit_code.hpp"
#include "platform/events/events.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::units {

using enum State;

const StateTable<State> states{{printed, in_stock},
                               {{printed, in_stock},
                                {printed, scrapped},
                                {in_stock, shipped},
                                {in_stock, activated},  // handed to a customer as a replacement
                                {in_stock, scrapped},
                                {shipped, activated},
                                {shipped, returned},
                                {shipped, scrapped},
                                {activated, in_repair},
                                {activated, returned},
                                {activated, replaced},
                                {activated, scrapped},
                                {in_repair, activated},
                                {in_repair, replaced},
                                {in_repair, scrapped},
                                {returned, in_stock},
                                {returned, scrapped},
                                {replaced, scrapped}}};

std::string aggregate(Id<Unit> id) { return "unit:" + std::to_string(id.value); }

std::string json_object(std::initializer_list<std::pair<std::string_view, std::string_view>> strings) {
    std::string out;
    JsonWriter w(out);
    w.begin_object();
    for (auto [key, value] : strings) w.key(key).string(value);
    w.end_object();
    return out;
}

static TimelineEntry entry(Tx& tx, const Actor& actor, Id<Unit> unit, Happening kind, std::string detail_json) {
    TimelineEntry e;
    e.unit_id = unit;
    e.kind = kind;
    e.at = tx.now();
    e.day = today(tx);
    if (actor.signed_in()) e.actor_id = actor.user_id;
    e.actor_name = actor.name;
    e.detail = std::move(detail_json);
    return e;
}

void happened(Tx& tx, const Actor& actor, Id<Unit> unit, Happening kind, std::string detail_json) {
    tx.append(entry(tx, actor, unit, kind, std::move(detail_json)));
}

void move(Tx& tx, const Actor& actor, Unit& unit, State to, Happening kind, std::string detail_json) {
    states.check(unit.status, to);
    auto from = std::exchange(unit.status, to);
    unit.updated_at = tx.now();
    happened(tx, actor, unit.id, kind, std::move(detail_json));
    if (kind != Happening::activated)  // an activation has an event of its own
        events::emit(tx, UnitMoved{unit.id, unit.code, from, to, kind}, aggregate(unit.id));
}

void add_timeline(Tx& tx, const Actor& actor, const std::vector<Brief>& units, Happening kind,
                  const std::string& detail_json) {
    std::vector<TimelineEntry> entries;
    entries.reserve(units.size());
    auto one = entry(tx, actor, {}, kind, detail_json);
    for (const auto& unit : units) one.unit_id = unit.id, entries.push_back(one);
    tx.bulk_insert(entries);
}

namespace {

constexpr std::size_t chunk = 400;  // values of one IN list

std::string marks(std::size_t n) {
    std::string out = "?";
    for (std::size_t i = 1; i < n; ++i) out += ", ?";
    return out;
}

}  // namespace

// Fills the places of `out` whose code `of` gives the stored form of a unit's; places that it gives "" are left out.
static void fill(Tx& tx, std::vector<Brief>& out, const std::function<std::string(std::size_t)>& of) {
    std::unordered_map<std::string, std::size_t> place;
    std::vector<std::string> wanted;
    for (std::size_t i = 0; i < out.size(); ++i)
        if (auto code = of(i); !code.empty() && place.emplace(code, i).second) wanted.push_back(std::move(code));
    for (std::size_t at = 0; at < wanted.size(); at += chunk) {
        auto n = std::min(chunk, wanted.size() - at);
        auto params = tx.params();
        for (std::size_t i = at; i < at + n; ++i) params.text(wanted[i]);
        tx.query(record_of<Brief>(), fmt::format("WHERE code IN ({}) ORDER BY id @lock", marks(n)), params,
                 [&](StatementRow& row) {
                     Brief brief;
                     row.load(record_of<Brief>(), &brief);
                     if (auto found = place.find(brief.code); found != place.end()) out[found->second] = brief;
                     return true;
                 });
    }
}

std::vector<Brief> select_units(Tx& tx, const std::vector<Code<1, 64>>& codes, std::initializer_list<State> wanted) {
    if (codes.empty()) throw invalid_field("qrcode_ids", "field.empty");
    if (codes.size() > codes_per_request_max)
        throw invalid_field("qrcode_ids", "field.too_many", {{"max", std::to_string(codes_per_request_max)}});
    std::vector<FieldProblem> problems;
    auto refuse = [&](std::size_t i, std::string code, std::string state = {}) {
        problems.push_back({fmt::format("qrcode_ids[{}]", i),
                            std::move(code),
                            {{"code", codes[i].value}, {"state", std::move(state)}}});
    };
    std::vector<Brief> out(codes.size());
    // As they stand, and those that nobody has so as one_by_code reads them.
    fill(tx, out, [&](std::size_t i) { return codes[i].value; });
    fill(tx, out, [&](std::size_t i) { return out[i].id ? std::string() : canonical_code(codes[i].value); });
    std::unordered_set<std::string> texts;
    std::unordered_set<std::int64_t> units;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const bool said = !texts.insert(canonical_code(codes[i].value)).second;
        if ((out[i].id && !units.insert(out[i].id.value).second) || (!out[i].id && said))
            refuse(i, "units.code_repeated");
        else if (!out[i].id)
            refuse(i, "units.unknown_code");
        else if (std::find(wanted.begin(), wanted.end(), out[i].status) == wanted.end())
            refuse(i, "units.wrong_state", std::string(name_of(out[i].status)));
    }
    if (!problems.empty())
        throw Error(Fault::conflict, "units.codes_refused", {{"count", std::to_string(problems.size())}})
            .with(std::move(problems));
    return out;
}

std::vector<std::string> existing_codes(Rx& rx, const std::vector<std::string>& codes) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < codes.size(); at += chunk) {
        auto n = std::min(chunk, codes.size() - at);
        auto params = rx.params();
        for (std::size_t i = at; i < at + n; ++i) params.text(codes[i]);
        rx.connection().run(fmt::format("SELECT code FROM units_unit WHERE code IN ({})", marks(n)), params,
                            [&](StatementRow& row) { return out.emplace_back(row.text(0)), true; });
    }
    return out;
}

void update_units(Tx& tx, const std::vector<Brief>& units, std::string_view sets,
                  const std::function<void(SqlParams&)>& bind) {
    for (std::size_t at = 0; at < units.size(); at += chunk) {
        auto n = std::min(chunk, units.size() - at);
        auto params = tx.params();
        bind(params);
        for (std::size_t i = at; i < at + n; ++i) params.integer(units[i].id.value);
        tx.exec_params(fmt::format("UPDATE units_unit SET {} WHERE id IN ({})", sets, marks(n)), params);
    }
}

std::string network_of(std::string_view ip) {
    const std::string text(ip);
    std::array<char, INET6_ADDRSTRLEN> out{};
    in_addr four{};
    in6_addr six{};
    bool is_four = inet_pton(AF_INET, text.c_str(), &four) == 1;
    if (!is_four && inet_pton(AF_INET6, text.c_str(), &six) != 1) return text;
    if (!is_four && IN6_IS_ADDR_V4MAPPED(&six))  // an IPv4 phone, seen by a socket of both kinds
        std::memcpy(&four, six.s6_addr + 12, sizeof four), is_four = true;
    if (is_four) {
        four.s_addr &= htonl(0xffffff00);
        return std::string(inet_ntop(AF_INET, &four, out.data(), out.size())) + "/24";
    }
    std::fill(six.s6_addr + 6, six.s6_addr + 16, std::uint8_t{0});
    return std::string(inet_ntop(AF_INET6, &six, out.data(), out.size())) + "/48";
}

Date today(Rx& rx) { return {rx.part<settings::Company>().zone(rx).day_of(rx.now())}; }

static Error unknown_code(std::string_view code) {
    return not_found("units.unknown_code", {{"code", std::string(code)}});
}

Unit lock_by_code(Tx& tx, std::string_view code) {
    if (auto unit = tx.find_lock<Unit>("WHERE code = ?", code)) return std::move(*unit);
    if (auto canonical = canonical_code(code); canonical != code)
        if (auto unit = tx.find_lock<Unit>("WHERE code = ?", canonical)) return std::move(*unit);
    throw unknown_code(code);
}

Unit one_by_code(Rx& rx, std::string_view code) {
    if (auto unit = rx.find<Unit>("WHERE code = ?", code)) return std::move(*unit);
    if (auto canonical = canonical_code(code); canonical != code)
        if (auto unit = rx.find<Unit>("WHERE code = ?", canonical)) return std::move(*unit);
    throw unknown_code(code);
}

}  // namespace yuanliu::units
