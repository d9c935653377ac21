package org.millrace.rule;

import java.util.Arrays;

/** Who listens to a tag, by its number in the journal's dictionary: pairs of an owner and the owner's slot, in order. */
public final class Listeners {
    private static final int[] NOTHING = new int[0];

    private int[][] table = new int[0][];

    /** @param tag not negative */
    public void add(int tag, int owner, int slot) {
        if (tag >= table.length) {
            int size = table.length;
            table = Arrays.copyOf(table, Math.max(tag + 1, size * 2));
            Arrays.fill(table, size, table.length, NOTHING);
        }
        int[] pairs = table[tag];
        int[] longer = Arrays.copyOf(pairs, pairs.length + 2);
        longer[pairs.length] = owner;
        longer[pairs.length + 1] = slot;
        table[tag] = longer;
    }

    /** Owner, slot, owner, slot, …; not to be changed. Empty for a tag nobody listens to, or without a number. */
    public int[] of(int tag) {
        return tag >= 0 && tag < table.length ? table[tag] : NOTHING;
    }

    public boolean isEmpty() {
        return table.length == 0;
    }
}
