// Why a log-in that the server ends is about to end, for the sign-in page to say: "over" by itself, "restored" when a backup
// has been put in place and everybody signs in anew.
import { ref } from "vue";

export type Reason = "over" | "restored";
export const leaving = ref<Reason>("over");
