// Product types by name, model or brand.
#include "modules/catalog/catalog.hpp"
#include "platform/search/finders.hpp"

namespace yuanliu::catalog {
namespace {

std::vector<search::Hit> find_types(Rx& rx, const Actor& actor, const search::Question& question) {
    ProductTypeFilter filter;
    filter.search = question.text;
    PageQuery page;
    page.page_size = question.limit;
    std::vector<search::Hit> out;
    for (const auto& type : list(rx, actor, filter, page).items)
        out.push_back({"product_type", type.id.value, type.name.value,
                       type.brand.empty() ? type.model.value : type.brand.value + " " + type.model.value,
                       "/product-types/" + std::to_string(type.id.value)});
    return out;
}

}  // namespace

void declare(search::Finders& finders) { finders.add("catalog.read", &find_types); }

}  // namespace yuanliu::catalog
