package org.millrace.source.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** Lines of a file as bytes, from an offset on. A line ends with LF or CR LF; that of the last may be missing. */
final class LineReader {
    /** Longer than any row; beyond it a line is skipped, not kept in memory. */
    static final int LONGEST = 256 * 1024;

    private static final int KEPT_OF_LONG = 1_000;

    /**
     * @param number from 1
     * @param end offset behind the line end
     * @param bytes without the line end
     * @param ended whether it has one
     */
    record Line(long number, long end, byte[] bytes, boolean ended, boolean tooLong) {}

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(128 * 1024).flip();
    private long position;
    private long offset;
    private long number;

    LineReader(FileChannel channel, long offset, long linesBefore) {
        this.channel = channel;
        this.position = offset;
        this.offset = offset;
        this.number = linesBefore;
    }

    /** Null at the end. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        long length = 0;
        while (true) {
            if (!buffer.hasRemaining() && !fill()) {
                return length == 0 ? null : line(line, length, false);
            }
            int from = buffer.position();
            int at = from;
            while (at < buffer.limit() && buffer.get(at) != '\n') {
                at++;
            }
            int part = at - from;
            if (length + part <= LONGEST) {
                line.write(buffer.array(), from, part);
            } else if (line.size() > KEPT_OF_LONG || length == 0) {
                byte[] kept = length == 0 ? new byte[0] : line.toByteArray();
                line.reset();
                line.write(kept, 0, Math.min(KEPT_OF_LONG, kept.length));
            }
            length += part;
            buffer.position(Math.min(buffer.limit(), at + 1));
            if (at < buffer.limit()) {
                return line(line, length, true);
            }
        }
    }

    private Line line(ByteArrayOutputStream collected, long length, boolean ended) {
        byte[] bytes = collected.toByteArray();
        int end = bytes.length > 0 && bytes[bytes.length - 1] == '\r' && length == bytes.length
                ? bytes.length - 1
                : bytes.length;
        offset += length + (ended ? 1 : 0);
        number++;
        return new Line(number, offset, java.util.Arrays.copyOf(bytes, end), ended, length > LONGEST);
    }

    private boolean fill() throws IOException {
        buffer.clear();
        int count = channel.read(buffer, position);
        buffer.flip();
        if (count <= 0) {
            buffer.position(0).limit(0);
            return false;
        }
        position += count;
        return true;
    }
}
