package org.millrace.historian;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Rows in PostgreSQL's binary COPY format, columns tag_id, ts, v, vl, vt, q, rx.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, Binary Format</a>
 */
final class PostgresCopy {
    /** 2000-01-01 in µs since 1970: where PostgreSQL counts from. */
    private static final long EPOCH_US = 946_684_800_000_000L;

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final int FIXED = 2 + 8 + 12 + 12 + 12 + 4 + 8 + 12;
    private static final int NULL = -1;
    private ByteBuffer out;

    PostgresCopy(Rows rows, int from, int to) {
        out = ByteBuffer.allocate(64 + (to - from) * FIXED);
        out.put(SIGNATURE).putInt(0).putInt(0);
        for (int i = from; i < to; i++) {
            row(rows, i);
        }
        room(2);
        out.putShort((short) -1);
    }

    byte[] bytes() {
        return out.array();
    }

    int length() {
        return out.position();
    }

    private void row(Rows rows, int i) {
        room(FIXED);
        out.putShort((short) 7);
        out.putInt(4).putInt(rows.tagId(i));
        out.putInt(8).putLong(rows.time(i) - EPOCH_US);
        switch (rows.kind(i)) {
            case NONE -> out.putInt(NULL).putInt(NULL).putInt(NULL);
            case REAL -> out.putInt(8).putLong(rows.bits(i)).putInt(NULL).putInt(NULL);
            case WHOLE, FLAG -> out.putInt(NULL).putInt(8).putLong(rows.bits(i)).putInt(NULL);
            case TEXT -> {
                byte[] text = rows.text(i).getBytes(StandardCharsets.UTF_8);
                room(FIXED + text.length);
                out.putInt(NULL).putInt(NULL).putInt(text.length).put(text);
            }
        }
        out.putInt(4).putInt(rows.quality(i));
        out.putInt(8).putLong(rows.received(i) - EPOCH_US);
    }

    private void room(int bytes) {
        if (out.remaining() < bytes) {
            int position = out.position();
            out = ByteBuffer.wrap(Arrays.copyOf(out.array(), Math.max(out.capacity() * 2, position + bytes)));
            out.position(position);
        }
    }
}
