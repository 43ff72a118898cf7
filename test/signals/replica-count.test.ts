import { describe, expect, it } from 'vitest';
import { parsePrometheusPage } from '../../src/signals/prometheus-page.js';
import { replicaReading } from '../../src/signals/replica-count.js';

const page = (...lines: readonly string[]) => parsePrometheusPage(lines.join('\n')).samples;
const ORDERS = 'kube_deployment_status_replicas_ready{namespace="shop",deployment="orders"} 3';
const CART = 'kube_deployment_status_replicas_ready{namespace="shop",deployment="cart"} 5';

describe('the count of replicas on a Prometheus page', () => {
  it('is that of a well-known gauge with a single series, ready ones before those that were asked for', () => {
    expect(replicaReading(page('kube_deployment_status_replicas{deployment="orders"} 4', ORDERS))).toEqual({
      series: 'kube_deployment_status_replicas_ready{namespace="shop",deployment="orders"}',
      count: 3,
    });
    expect(replicaReading(page('up 1', 'kube_statefulset_status_replicas_ready 2'))).toMatchObject({ count: 2 });
    // Two deployments, and an autoscaler of one: that is no guess.
    expect(
      replicaReading(page(ORDERS, CART, 'kube_horizontalpodautoscaler_status_current_replicas{hpa="orders"} 3')),
    ).toMatchObject({
      count: 3,
    });
  });

  it('is not guessed among many, and not looked for where nobody speaks of it', () => {
    expect(replicaReading(page(ORDERS, CART))).toEqual({
      problem: 'kube_deployment_status_replicas_ready has 2 series: name one with its labels in capacity.target.replicas',
    });
    expect(replicaReading(page('up 1', 'my_replicas 3'))).toBeUndefined();
  });

  it('is that of the gauge that the scenario names, by labels where it names them', () => {
    const name = 'kube_deployment_status_replicas_ready';
    expect(replicaReading(page(ORDERS, CART), `${name}{deployment="cart"}`)).toMatchObject({ count: 5 });
    expect(replicaReading(page(ORDERS, CART), `${name}{deployment="cart",namespace="shop"}`)).toMatchObject({ count: 5 });
    expect(replicaReading(page(ORDERS, CART), `${name}{deployment="car"}`)).toEqual({
      problem: `there is no ${name}{deployment="car"}`,
    });
    expect(replicaReading(page(ORDERS, CART), `${name}{namespace="shop"}`)).toMatchObject({
      problem: expect.stringContaining('2 series'),
    });
    expect(replicaReading(page('my_replicas 7', ORDERS), 'my_replicas')).toEqual({ series: 'my_replicas', count: 7 });
  });

  it('is a whole number', () => {
    expect(replicaReading(page('my_replicas 2.5'), 'my_replicas')).toEqual({
      problem: 'my_replicas is 2.5: no count of replicas',
    });
    expect(replicaReading(page('my_replicas -1'), 'my_replicas')).toHaveProperty('problem');
  });
});
