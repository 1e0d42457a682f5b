Feature: A coupon is shown at two tills while the network is down
  Background:
    Given a till in 上海南京西路店
    And a second till in 上海南京西路店

  Scenario: One till may take it without asking, the other says so
    Given 陈思雨 is a member with the phone 13812346021
    And headquarters gives 陈思雨 a coupon 减 20
    And both tills have exchanged with the hub
    And the network is down
    When the coupon 减 20 of 陈思雨 is shown at both tills
    Then one till has taken it and the other says who may
    When the network is back
    And both tills have exchanged with the hub
    Then the coupon 减 20 of 陈思雨 is redeemed once at both tills
    And nothing was refused

  Scenario: A small coupon that no till holds is taken twice, counts once, and who was later is told
    Given 陈思雨 of 杭州湖滨店 has been served at both tills
    And headquarters gives 陈思雨 a coupon 减 20
    And both tills have exchanged with the hub
    And the network is down
    When the coupon 减 20 of 陈思雨 is shown at both tills
    Then both tills have taken it
    When the network is back, at the first till before the second
    And both tills have exchanged with the hub
    Then the coupon 减 20 of 陈思雨 is redeemed once at both tills
    And the second guide is told that it was used already

  Scenario: A campaign may have the later of two uses put before headquarters
    Given 陈思雨 of 杭州湖滨店 has been served at both tills
    And headquarters runs the campaign 双十一 which takes 20 off and asks about a second use
    And headquarters gives 陈思雨 a coupon 减 20
    And both tills have exchanged with the hub
    And the network is down
    When the coupon 减 20 of 陈思雨 is shown at both tills
    Then both tills have taken it
    When the network is back, at the first till before the second
    And both tills have exchanged with the hub
    Then the coupon 减 20 of 陈思雨 is redeemed once at both tills
    And nothing was refused
    And the second guide reads that headquarters will settle the coupon of 陈思雨
