// Why a log-in is about to end, for the sign-in page to say: "asked" by its person, "over" by itself, "restored" when a backup
// has been put in place and everybody signs in anew, "changed" when a new password has ended all of a person's log-ins.
import { ref } from "vue";

export type Reason = "asked" | "over" | "restored" | "changed";
export const leaving = ref<Reason>("over");
