package org.millrace.journal;

import java.util.Arrays;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.SampleBatch.Kind;

/** For every sample of a batch, the one before it of the same tag and the same kind: what its value is coded against. */
final class TagHistory {
    private TagHistory() {}

    static int[] previous(SampleBatch batch) {
        int[] tags = new int[batch.size()];
        Kind[] kinds = new Kind[batch.size()];
        for (int i = 0; i < tags.length; i++) {
            tags[i] = batch.tag(i);
            kinds[i] = batch.kind(i);
        }
        return previous(tags, kinds);
    }

    /** Index of the one before, or −1. */
    static int[] previous(int[] tags, Kind[] kinds) {
        int[] previous = new int[tags.length];
        int mask = Integer.highestOneBit(Math.max(4, tags.length)) * 4 - 1;
        int[] last = new int[mask + 1]; // open addressing: index of the tag's newest sample, or −1
        Arrays.fill(last, -1);
        for (int i = 0; i < tags.length; i++) {
            int slot = (tags[i] * 0x9E3779B1 >>> 7) & mask;
            while (last[slot] >= 0 && tags[last[slot]] != tags[i]) {
                slot = (slot + 1) & mask;
            }
            int before = last[slot];
            previous[i] = before >= 0 && kinds[before] == kinds[i] ? before : -1;
            last[slot] = i;
        }
        return previous;
    }
}
