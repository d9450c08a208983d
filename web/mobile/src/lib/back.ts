// Back within the app; home when the person came in here from outside.
import { router } from "@/router";

export function goBack(home = "/m"): void {
    if (window.history.state?.back) router.back();
    else void router.replace(home);
}
