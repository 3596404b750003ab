package dev.dorado.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who is at the other end of a connection, where that is one machine and not a proxy, whose
 * connections are those of many people. Immutable.
 *
 * @param proxies networks of proxies
 */
record Peers(List<Network> proxies) {

  private static final int PREFIX_OF_ONE_PEER = 64;

  /**
   * @param proxies addresses and networks, comma-separated, as {@code 10.1.2.3, 127.0.0.0/8, ::1}
   * @throws IllegalArgumentException if one is neither; the message names it
   */
  static Peers withProxies(String proxies) {
    return withProxies(proxies, "dorado.server.proxies");
  }

  /**
   * As above.
   *
   * @param setting name of the setting, for the message
   */
  static Peers withProxies(String proxies, String setting) {
    return new Peers(
        Arrays.stream(proxies.split(","))
            .map(String::strip)
            .filter(network -> !network.isEmpty())
            .map(network -> Network.of(network, setting))
            .toList());
  }

  /**
   * The peer of a connection from {@code address}: an IPv4 address, or the first 64 bits of an IPv6
   * address, since one machine has all the others. Empty for a proxy.
   */
  Optional<InetAddress> of(SocketAddress address) {
    if (!(address instanceof InetSocketAddress remote) || remote.getAddress() == null) {
      return Optional.empty();
    }
    InetAddress peer = remote.getAddress();
    if (proxies.stream().anyMatch(network -> network.contains(peer))) {
      return Optional.empty();
    }
    return Optional.of(peer instanceof Inet6Address ? start(peer, PREFIX_OF_ONE_PEER) : peer);
  }

  /** The address whose bits after the first {@code bits} are zero. */
  private static InetAddress start(InetAddress address, int bits) {
    byte[] bytes = address.getAddress();
    for (int bit = bits; bit < bytes.length * Byte.SIZE; bit++) {
      bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }

  /**
   * The addresses that have the first bits in common.
   *
   * @param start the first of them
   * @param bits how many bits
   */
  record Network(InetAddress start, int bits) {

    static Network of(String text, String setting) {
      int slash = text.indexOf('/');
      String address = slash < 0 ? text : text.substring(0, slash);
      try {
        if (isLiteral(address)) {
          InetAddress start = InetAddress.getByName(address);
          int all = start.getAddress().length * Byte.SIZE;
          int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
          if (bits >= 0 && bits <= all) {
            return new Network(Peers.start(start, bits), bits);
          }
        }
      } catch (UnknownHostException | NumberFormatException e) {
        throw notOne(setting, text, e);
      }
      throw notOne(setting, text, null);
    }

    /** Whether {@code address} is not a name, which would be looked up. */
    private static boolean isLiteral(String address) {
      boolean isIpv6 = address.indexOf(':') >= 0;
      return (isIpv6 || address.chars().filter(c -> c == '.').count() == 3)
          && address
              .chars()
              .allMatch(c -> c == '.' || c == ':' || Character.digit(c, isIpv6 ? 16 : 10) >= 0);
    }

    boolean contains(InetAddress address) {
      return address.getClass() == start.getClass() && Peers.start(address, bits).equals(start);
    }

    private static IllegalArgumentException notOne(String setting, String text, Throwable cause) {
      return new IllegalArgumentException(
          "%s has '%s': expected an address or a network, as 10.1.2.3 or 10.1.0.0/16"
              .formatted(setting, text),
          cause);
    }
  }
}
