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

// A large batch, made piece by piece.
struct MintBatch {
    Id<Batch> batch_id;
    std::int64_t count = 0;
};
YL_RECORD(MintBatch, "units.mint_batch", batch_id, count)

constexpr std::int64_t mint_chunk = 5000;  // units a transaction: others get their turn in between

// Adds the units of one batch with these codes, and their first timeline entry.
void add_units(Tx& tx, const Actor& actor, const Batch& batch, const std::vector<std::string>& codes) {
    auto before = tx.maybe<std::int64_t>("SELECT max(id) FROM units_unit WHERE batch_id = ?", batch.id);
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
        before.value_or(0));
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
    batch.printed_only = input.printed_only.value_or(false);
    if (actor.signed_in()) batch.created_by = actor.user_id;
    batch.remark = input.remark.value_or("");
    batch.created_at = tx.now();
    return tx.insert(std::move(batch));
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

void announce(Tx& tx, const Batch& batch) {
    events::emit(tx, UnitsCreated{batch.id, batch.product_type_id, batch.count},
                 "batch:" + std::to_string(batch.id.value));
}

BulkCreated mint_later(Tx& tx, const Actor& actor, Batch batch) {
    auto job = jobs::enqueue(tx, "units.mint", MintBatch{batch.id, batch.count}, {.creator_id = actor.user_id});
    batch = tx.lock(batch.id);
    batch.job_id = job.value;
    tx.update(batch);
    return {batch.id, 0, {}, job.value};
}

}  // namespace

BulkCreated bulk_create(Tx& tx, const Actor& actor, const BulkCreate& input) {
    if (bool(input.qrcode_ids) == bool(input.count)) throw invalid_field("qrcode_ids", "units.codes_or_count");
    if (input.count && *input.count > std::int64_t(codes_per_request_max))
        return mint_later(tx, actor, add_batch(tx, actor, input, *input.count));
    std::vector<std::string> codes;
    if (input.count) {
        codes = mint_new(tx, std::size_t(*input.count));
    } else {
        if (input.qrcode_ids->empty()) throw invalid_field("qrcode_ids", "field.empty");
        if (input.qrcode_ids->size() > codes_per_request_max)
            throw invalid_field("qrcode_ids", "field.too_many", {{"max", std::to_string(codes_per_request_max)}});
        for (const auto& code : *input.qrcode_ids) codes.push_back(canonical_code(code.value));
        require_new(tx, codes);
    }
    Batch batch = add_batch(tx, actor, input, std::int64_t(codes.size()));
    add_units(tx, actor, batch, codes);
    announce(tx, batch);
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

void declare_mint(jobs::Registry& registry) {
    registry.on<MintBatch>("units.mint", [](jobs::Context& context, const MintBatch& job) {
        auto batch = context.db.read([&](Rx& rx) { return rx.one(job.batch_id); });
        auto actor = Actor::of_system("units.mint");
        // What stands already counts: a job that was interrupted goes on where it stopped.
        auto done = context.db.read([&](Rx& rx) {
            return rx.value<std::int64_t>("SELECT count(*) FROM units_unit WHERE batch_id = ?", batch.id);
        });
        while (done < job.count) {
            context.check();
            auto n = std::min(mint_chunk, job.count - done);
            context.write([&](Tx& tx) {
                add_units(tx, actor, batch, mint_new(tx, std::size_t(n)));
                if (done + n == job.count) announce(tx, batch);
            });
            done += n;
            context.progress(done, job.count);
        }
        context.result(BulkCreated{batch.id, job.count, {}, {}});
    });
}

}  // namespace yuanliu::units
