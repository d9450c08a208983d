#include "platform/settings/settings.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <unordered_map>

namespace yuanliu::settings {
namespace {

std::string_view kind_name(Kind kind) {
    static constexpr std::string_view names[] = {"boolean", "integer", "real",   "id",     "money",  "qty",   "time",
                                                 "date",    "text",    "prose",  "code",   "email",  "phone", "secret",
                                                 "choice",  "choice",  "record", "record", "record", "list",  "record"};
    return names[std::size_t(kind)];
}

std::int64_t fresh_stamp(Env& env) {
    std::array<unsigned char, 6> bytes{};
    env.random(bytes);
    std::int64_t stamp = 0;
    for (auto byte : bytes) stamp = stamp << 8 | byte;
    return stamp;
}

constexpr std::string_view version_sql = "SELECT version FROM settings_version WHERE id = 1";

}  // namespace

std::size_t Settings::add(std::string key, const Type& type, Value standard, Check check,
                          std::shared_ptr<void> (*make)()) {
    auto index = declared_.size();
    if (!index_.emplace(key, index).second) throw internal("setting declared twice: " + key);
    declared_.push_back({std::move(key), &type, std::move(standard), std::move(check), make});
    return index;
}

const Settings::Declared& Settings::declared(std::string_view key) const {
    auto found = index_.find(key);
    if (found == index_.end()) throw not_found("settings.unknown", {{"key", std::string(key)}});
    return declared_[found->second];
}

Settings::Value Settings::parse(const Declared& setting, std::string_view json) {
    auto value = setting.make();
    auto document = JsonDocument::parse(json);
    Reader reader;
    reader.path = "value";
    setting.type->read(value.get(), document->root(), reader);
    if (!reader.problems.empty())
        throw Error(reader.unreadable ? Fault::unreadable : Fault::invalid,
                    reader.unreadable ? "unreadable" : "invalid")
            .with(std::move(reader.problems));
    try {
        if (setting.check) setting.check(value.get());
    } catch (const Error& e) {
        throw invalid_field("value", e.code, e.args);
    }
    return value;
}

std::string Settings::json_of(const Declared& setting, const Value& value) {
    std::string out;
    JsonWriter w(out);
    setting.type->write(value.get(), w);
    return out;
}

View Settings::view(const Declared& setting, const Row* row) const {
    View v;
    const Type& type = *setting.type;
    v.key = setting.key;
    v.kind = kind_name(type.kind);
    v.default_value = json_of(setting, setting.standard);
    v.value = row ? row->value : v.default_value;
    v.origin = row ? SettingOrigin::stored : SettingOrigin::standard;
    if (type.min != 0 || type.max != 0) v.min = type.min, v.max = type.max;
    for (const auto& choice : type.choices) v.choices.emplace_back(choice.name);
    v.description_key = "setting." + setting.key;
    if (row) v.updated_at = row->updated_at, v.updated_by = row->updated_by;
    return v;
}

std::vector<View> Settings::list(Rx& rx) const {
    std::unordered_map<std::string, Row> rows;
    for (auto& row : rx.all<Row>("ORDER BY id")) rows.emplace(row.key.value, std::move(row));
    std::vector<View> out;
    for (const auto& [key, index] : index_) {
        auto row = rows.find(key);
        out.push_back(view(declared_[index], row == rows.end() ? nullptr : &row->second));
    }
    return out;
}

std::vector<std::string> Settings::misfits(Rx& rx) const {
    std::vector<std::string> out;
    for (const auto& row : rx.all<Row>("ORDER BY id")) {
        const auto found = index_.find(row.key.value);
        if (found == index_.end()) continue;  // of a module that this instance does not serve
        try {
            parse(declared_[found->second], row.value.value);
        } catch (const Error&) {
            out.push_back(row.key.value);
        }
    }
    return out;
}

View Settings::change(Tx& tx, const Actor& actor, std::string_view key, const Change& change) {
    const auto& setting = declared(key);
    auto row = tx.find_lock<Row>("WHERE key = ?", key);
    if (change.value.value == "null") {
        if (row) tx.erase(*row);
        row.reset();
    } else {
        // What is kept is the value as the type writes it, so that 6 and 6.0 are one.
        RawJson value = json_of(setting, parse(setting, change.value.value));
        if (row)
            row->value = value, row->updated_at = tx.now(), row->updated_by = actor.user_id, row = tx.update(*row);
        else
            row = tx.insert(Row{{}, std::string(key), value, tx.now(), actor.user_id});
    }
    tx.exec("UPDATE settings_version SET version = ? WHERE id = 1", fresh_stamp(tx.env()));
    tx.after_commit([this] { stale_ = true; });
    return view(setting, row ? &*row : nullptr);
}

Settings::Value Settings::value(Rx& rx, std::size_t index) {
    const auto now = rx.env().monotonic_ms();
    auto known = snapshot_.load();
    if (!known || stale_.load() || now - checked_ms_.load() >= fresh_ms) {
        refresh(rx);
        known = snapshot_.load();
    }
    return known->values.at(index);
}

// The flag is taken down before reading, so a change that commits meanwhile raises it again; what a slower thread read
// does not replace what a quicker one has put in. Versions are stamps, compared for equality alone: were they counted,
// values of a transaction that came to nothing could pass for those of the next one.
void Settings::refresh(Rx& rx) {
    const auto now = rx.env().monotonic_ms();
    auto known = snapshot_.load();
    stale_ = false;
    const auto version = rx.value<std::int64_t>(version_sql);
    if (!known || version != known->version) snapshot_.compare_exchange_strong(known, load(rx, version));
    checked_ms_ = now;
}

std::shared_ptr<const Settings::Snapshot> Settings::load(Rx& rx, std::int64_t version) const {
    auto fresh = std::make_shared<Snapshot>();
    fresh->version = version;
    for (const auto& setting : declared_) fresh->values.push_back(setting.standard);
    for (const auto& row : rx.all<Row>("ORDER BY id")) {
        auto found = index_.find(row.key.value);
        if (found == index_.end()) continue;  // of a module that this instance does not serve
        try {
            fresh->values[found->second] = parse(declared_[found->second], row.value.value);
        } catch (const Error& e) {
            spdlog::warn("setting {}: the stored value {} no longer fits ({}), using the default", row.key.value,
                         row.value.value, e.what());
        }
    }
    return fresh;
}

}  // namespace yuanliu::settings
