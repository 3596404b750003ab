package dev.dorado.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeersTest {

  private static final Peers PEERS =
      Peers.withProxies("127.0.0.0/8, ::1, 10.1.2.3, 10.9.8.0/22, fd00:1::/32");

  @Test
  void eachAddressOfIpv4IsAPeer() throws Exception {
    assertThat(peer("192.0.2.7")).contains(InetAddress.getByName("192.0.2.7"));
    assertThat(peer("::ffff:192.0.2.7")).isEqualTo(peer("192.0.2.7"));
    assertThat(peer("192.0.2.7")).isNotEqualTo(peer("192.0.2.8"));
  }

  @Test
  void allAddressesOfANetworkOf64BitsAreOnePeer() throws Exception {
    assertThat(peer("2001:db8::1")).isPresent().isEqualTo(peer("2001:db8::ffff:1:2:3"));
    assertThat(peer("2001:db8::1")).isNotEqualTo(peer("2001:db8:0:1::1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.3.2.1", "::1", "10.1.2.3", "10.9.11.255", "fd00:1:2::3"})
  void aProxyIsNoPeer(String address) throws Exception {
    assertThat(peer(address)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.4", "10.9.12.0", "10.9.7.255", "fd00:2::1", "::2", "128.0.0.1"})
  void anAddressOutsideOfTheirNetworksIsOne(String address) throws Exception {
    assertThat(peer(address)).isPresent();
  }

  private static Optional<InetAddress> peer(String address) throws Exception {
    return PEERS.of(new InetSocketAddress(InetAddress.getByName(address), 4711));
  }
}
