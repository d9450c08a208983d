import { ref, type Ref } from "vue";

export function mediaRef(query: string): Ref<boolean> {
    const media = matchMedia(query);
    const matches = ref(media.matches);
    media.addEventListener("change", () => { matches.value = media.matches; });
    return matches;
}

export const narrow = mediaRef("(max-width: 640px)"); // a phone
