// New units: with codes the caller brings, or with minted ones.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/unit_code.hpp"
#include "modules/catalog/catalog.hpp"
#include "modules/units/rules.hpp"
#include "platform/events/events.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/registry.hpp"

namespace yuanliu::units {
namespace {

// A large batch, made piece by piece. `count` is what was ordered; how many it is to be now stands in the batch.
struct MintBatch {
    Id<Batch> batch_id;
    std::int64_t count = 0;
};
YL_RECORD(MintBatch, "units.mint_batch", batch_id, count)

constexpr std::int64_t mint_chunk = 5000;  // units a transaction: others get their turn in between

void announce(Tx& tx, const Batch& batch, std::int64_t count, std::int64_t before) {
    UnitsCreated made{batch.id, batch.product_type_id, count, {}, {}};
    made.first_id.value =
        tx.value<std::int64_t>("SELECT min(id) FROM units_unit WHERE batch_id = ? AND id > ?", batch.id, before);
    made.last_id.value = tx.value<std::int64_t>("SELECT max(id) FROM units_unit WHERE batch_id = ?", batch.id);
    events::emit(tx, made, "batch:" + std::to_string(batch.id.value));
}

// Adds units with these codes to the batch, with their first timeline entry, and tells of them.
void add_units(Tx& tx, const Actor& actor, const Batch& batch, const std::vector<std::string>& codes) {
    const auto before =
        tx.value<std::int64_t>("SELECT COALESCE(max(id), 0) FROM units_unit WHERE batch_id = ?", batch.id);
    std::vector<Unit> units(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        Unit& unit = units[i];
        unit.code = codes[i];
        unit.product_type_id = batch.product_type_id;
        unit.status = batch.printed_only ? State::printed : State::in_stock;
        unit.batch_id = batch.id;
        unit.remark = batch.remark;
        unit.created_at = unit.updated_at = tx.now();
    }
    tx.bulk_insert(units);
    std::optional<std::int64_t> actor_id;
    if (actor.signed_in()) actor_id = actor.user_id;
    auto kind = batch.printed_only ? Happening::printed : Happening::received;
    tx.exec(
        "INSERT INTO units_timeline (unit_id, kind, at, day, actor_id, actor_name, detail)"
        " SELECT id, ?, ?, ?, ?, ?, ? FROM units_unit WHERE batch_id = ? AND id > ? ORDER BY id",
        kind, tx.now(), today(tx), actor_id, actor.name, fmt::format("{{\"batch_id\":{}}}", batch.id.value), batch.id,
        before);
    announce(tx, batch, std::int64_t(codes.size()), before);
}

// Minted codes that no unit has yet: among ten million units, one batch of 10,000 in three hundred meets a code again.
std::vector<std::string> mint_new(Tx& tx, std::size_t n) {
    auto& mint = tx.part<CodeMint>();
    std::vector<std::string> codes;
    mint.mint(tx.env(), n, codes);
    for (;;) {
        auto taken = existing_codes(tx, codes);
        if (taken.empty()) return codes;
        std::erase_if(codes, [&](const auto& c) { return std::find(taken.begin(), taken.end(), c) != taken.end(); });
        mint.mint(tx.env(), n - codes.size(), codes);
    }
}

Batch add_batch(Tx& tx, const Actor& actor, const BulkCreate& input, std::int64_t count) {
    catalog::require_active(tx, input.product_type_id);
    Batch batch;
    batch.product_type_id = input.product_type_id;
    batch.count = count;
    batch.made = count > std::int64_t(codes_per_request_max) ? 0 : count;
    batch.printed_only = input.printed_only.value_or(false);
    if (actor.signed_in()) batch.created_by = actor.user_id;
    batch.remark = input.remark.value_or("");
    batch.created_at = tx.now();
    return tx.insert(std::move(batch));
}

// A code of our own making is stored as it was printed, however it was typed; a code of the caller's stays as he wrote
// it, even when it looks like one of ours.
std::string stored_form(Tx& tx, const std::string& code) {
    auto canonical = canonical_code(code);
    if (canonical == code) return code;
    return tx.part<CodeMint>().judge(code) == CodeMint::Verdict::genuine ? canonical : code;
}

// Refuses codes that stand twice or exist already; the answer lists every one of them.
void require_new(Tx& tx, const std::vector<std::string>& codes) {
    std::vector<FieldProblem> problems;
    std::unordered_map<std::string_view, std::size_t> place;
    auto refuse = [&](std::size_t i, const char* code) {
        problems.push_back({fmt::format("qrcode_ids[{}]", i), code, {{"code", codes[i]}}});
    };
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (!place.emplace(codes[i], i).second) refuse(i, "units.code_repeated");
    for (const auto& taken : existing_codes(tx, codes)) refuse(place.at(taken), "units.code_taken");
    if (!problems.empty())
        throw Error(Fault::conflict, "units.codes_taken", {{"count", std::to_string(problems.size())}})
            .with(std::move(problems));
}

// Leaves what is not made yet to a job: one at a time for a batch.
std::int64_t mint_later(Tx& tx, const Actor& actor, Batch batch) {
    jobs::Options options;
    options.creator_id = actor.user_id;
    options.unique_key = fmt::format("units.mint:{}", batch.id.value);
    batch.job_id = jobs::enqueue(tx, "units.mint", MintBatch{batch.id, batch.count}, options).value;
    return *tx.update(std::move(batch)).job_id;
}

Batch lock_unfinished(Tx& tx, Id<Batch> id) {
    Batch batch = tx.lock(id);
    if (batch.made >= batch.count) throw conflict("units.batch_complete");
    return batch;
}

}  // namespace

BulkCreated bulk_create(Tx& tx, const Actor& actor, const BulkCreate& input) {
    if (bool(input.qrcode_ids) == bool(input.count)) throw invalid_field("qrcode_ids", "units.codes_or_count");
    if (input.count && *input.count > std::int64_t(codes_per_request_max)) {
        const auto id = add_batch(tx, actor, input, *input.count).id;
        return {id, 0, {}, mint_later(tx, actor, tx.lock(id))};
    }
    std::vector<std::string> codes;
    if (input.count) {
        codes = mint_new(tx, std::size_t(*input.count));
    } else {
        if (input.qrcode_ids->empty()) throw invalid_field("qrcode_ids", "field.empty");
        if (input.qrcode_ids->size() > codes_per_request_max)
            throw invalid_field("qrcode_ids", "field.too_many", {{"max", std::to_string(codes_per_request_max)}});
        for (const auto& code : *input.qrcode_ids) codes.push_back(stored_form(tx, code.value));
        require_new(tx, codes);
    }
    Batch batch = add_batch(tx, actor, input, std::int64_t(codes.size()));
    add_units(tx, actor, batch, codes);
    return {batch.id, batch.count, std::move(codes), {}};
}

UnitView create(Tx& tx, const Actor& actor, const UnitInput& input) {
    BulkCreate one{input.product_type_id, {}, {}, input.printed_only, input.remark};
    if (input.qrcode_id)
        one.qrcode_ids = {*input.qrcode_id};
    else
        one.count = 1;
    auto made = bulk_create(tx, actor, one);
    return get_by_code(tx, actor, {made.qrcode_ids.front()});
}

BatchView resume_batch(Tx& tx, const Actor& actor, Id<Batch> id) {
    Batch batch = lock_unfinished(tx, id);
    catalog::require_active(tx, batch.product_type_id);
    mint_later(tx, actor, std::move(batch));
    return units::batch(tx, actor, id);
}

BatchView close_batch(Tx& tx, const Actor& actor, Id<Batch> id) {
    Batch batch = lock_unfinished(tx, id);
    batch.count = batch.made;  // a job that is at it finds nothing left to make
    tx.update(std::move(batch));
    return units::batch(tx, actor, id);
}

void declare_mint(jobs::Registry& registry) {
    registry.on<MintBatch>("units.mint", [](jobs::Context& context, const MintBatch& job) {
        const auto actor = Actor::of_system("units.mint");
        // How far it is stands in the batch: a job that was interrupted goes on where it stopped.
        Batch batch = context.db.read([&](Rx& rx) { return rx.one(job.batch_id); }, Freshness::latest);
        while (batch.made < batch.count) {
            context.check();
            batch = context.write([&](Tx& tx) {
                Batch now = tx.lock(job.batch_id);
                const auto n = std::min(mint_chunk, now.count - now.made);
                if (n <= 0) return now;
                add_units(tx, actor, now, mint_new(tx, std::size_t(n)));
                now.made += n;
                return tx.update(std::move(now));
            });
            context.progress(batch.made, batch.count);
        }
        context.result(BulkCreated{batch.id, batch.made, {}, {}});
    });
}

}  // namespace yuanliu::units
