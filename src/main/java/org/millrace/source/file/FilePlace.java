package org.millrace.source.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Where the source stands in one file, and by what the file is known again.
 *
 * @param key of the file system (device and inode), which a file keeps when it is renamed; empty where there is none
 * @param offset bytes that were read
 * @param line lines that were read
 * @param time µs of the last row, for the hour that the clock shows twice
 * @param device of its rows, when its name says so
 * @param head checksum of its first bytes, at most {@value #HEAD} and at most {@code offset}
 * @param tail checksum of the last bytes before the offset, at most {@value #TAIL}
 */
record FilePlace(String key, long offset, long line, long time, String device, long head, long tail) {
    static final int HEAD = 1024;
    static final int TAIL = 256;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The place at an offset of an open file. */
    static FilePlace at(FileChannel channel, String key, long offset, long line, long time, String device)
            throws IOException {
        return new FilePlace(
                key,
                offset,
                line,
                time,
                device,
                checksum(channel, 0, Math.min(offset, HEAD)),
                checksum(channel, Math.max(0, offset - TAIL), Math.min(offset, TAIL)));
    }

    /** Whether the file still begins with what was read. */
    boolean fits(FileChannel channel) throws IOException {
        return channel.size() >= offset
                && head == checksum(channel, 0, Math.min(offset, HEAD))
                && tail == checksum(channel, Math.max(0, offset - TAIL), Math.min(offset, TAIL));
    }

    FilePlace withKey(String other) {
        return new FilePlace(other, offset, line, time, device, head, tail);
    }

    private static long checksum(FileChannel channel, long from, long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                return -1; // shorter than it was a moment ago
            }
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.flip());
        return crc.getValue();
    }

    byte[] bytes() {
        try {
            return JSON.writeValueAsBytes(JSON.createObjectNode()
                    .put("key", key)
                    .put("offset", offset)
                    .put("line", line)
                    .put("time", time)
                    .put("device", device)
                    .put("head", head)
                    .put("tail", tail));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static FilePlace of(byte[] bytes) {
        try {
            JsonNode node = JSON.readTree(bytes);
            return new FilePlace(
                    node.path("key").asText(),
                    node.path("offset").asLong(),
                    node.path("line").asLong(),
                    node.path("time").asLong(),
                    node.path("device").asText(),
                    node.path("head").asLong(),
                    node.path("tail").asLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
