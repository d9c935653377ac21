package org.millrace.source.plc;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * As much of an S7 as a read needs: ISO on TCP (RFC 1006), S7 communication set up, "read var" of one data block. What lies
 * in another block is answered by nothing at all: to a client that is what PLC4X makes of a missing block, since it can't
 * parse the answer that a real one gives.
 */
final class ScriptedS7 implements AutoCloseable {
    private static final int BLOCK = 1;

    private final ServerSocket server;
    private final byte[] memory;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** @param memory the bytes of DB1 */
    ScriptedS7(int port, byte[] memory) throws IOException {
        this.memory = memory;
        server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (true) {
                in.readUnsignedShort(); // version 3, reserved
                byte[] frame = new byte[in.readUnsignedShort() - 4];
                in.readFully(frame);
                byte[] answer = (frame[1] & 0xFF) == 0xE0 ? confirmed(frame) : s7(frame);
                if (answer.length > 0) {
                    out.write(ByteBuffer.allocate(4 + answer.length)
                            .put((byte) 3)
                            .put((byte) 0)
                            .putShort((short) (4 + answer.length))
                            .put(answer)
                            .array());
                    out.flush();
                }
            }
        } catch (IOException e) {
            // the other side has gone
        }
    }

    /** The connect request, turned round: ISO 8073, 13.4. */
    private static byte[] confirmed(byte[] request) {
        byte[] answer = request.clone();
        answer[1] = (byte) 0xD0;
        System.arraycopy(request, 4, answer, 2, 2);
        answer[4] = 0;
        answer[5] = 1;
        return answer;
    }

    private byte[] s7(byte[] frame) throws IOException {
        int reference = (frame[7] & 0xFF) << 8 | frame[8] & 0xFF;
        return switch (frame[13] & 0xFF) {
            case 0xF0 -> answer(reference, new byte[] {(byte) 0xF0, 0, 0, 1, 0, 1, 0, (byte) 0xF0}, new byte[0]);
            case 0x04 -> read(reference, frame);
            default -> new byte[0];
        };
    }

    private byte[] read(int reference, byte[] frame) throws IOException {
        int items = frame[14];
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (int i = 0; i < items; i++) {
            ByteBuffer item = ByteBuffer.wrap(frame, 15 + 12 * i + 3, 9);
            int type = item.get();
            int count = item.getShort();
            int block = item.getShort();
            int bit = item.getInt() & 0xFFFFFF;
            if (block != BLOCK) {
                return new byte[0];
            }
            if (data.size() % 2 == 1) {
                data.write(0);
            }
            if (type == 1) {
                data.write(new byte[] {(byte) 0xFF, 3, 0, 1, (byte) (memory[bit / 8] >> bit % 8 & 1)});
                continue;
            }
            int bytes = count
                    * switch (type) {
                        case 4, 5 -> 2;
                        case 6, 7, 8 -> 4;
                        default -> 1;
                    };
            data.write(new byte[] {(byte) 0xFF, 4, (byte) (bytes * 8 >> 8), (byte) (bytes * 8)});
            data.write(memory, bit / 8, bytes);
        }
        return answer(reference, new byte[] {4, (byte) items}, data.toByteArray());
    }

    private static byte[] answer(int reference, byte[] parameter, byte[] data) {
        return ByteBuffer.allocate(3 + 12 + parameter.length + data.length)
                .put(new byte[] {2, (byte) 0xF0, (byte) 0x80})
                .put(new byte[] {0x32, 3, 0, 0})
                .putShort((short) reference)
                .putShort((short) parameter.length)
                .putShort((short) data.length)
                .putShort((short) 0)
                .put(parameter)
                .put(data)
                .array();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
